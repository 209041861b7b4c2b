import { settingsTable } from './settings.js';

const begin = '<!-- settings: made from the code by `npm run env-example` -->';
const end = '<!-- end of settings -->';

/** Puts the table of all settings into a document, between the two marks that are there for it. */
export function withSettings(document: string): string {
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the document has no place for the settings: ${begin} ... ${end}`);
  return `${document.slice(0, from)}${begin}\n${settingsMarkdown()}${document.slice(to)}`;
}

function settingsMarkdown(): string {
  const rows = Object.values(settingsTable).map(({ name, fallback, meaning, form, secret }) => {
    const value = fallback === '' ? '' : `\`${fallback}\``;
    return `| \`${name}\` | ${value} | ${cell(meaning)}${secret ? ' **Secret.**' : ''} | ${cell(form.allowed)} |\n`;
  });
  return `| setting | default | what it does | allowed |\n| --- | --- | --- | --- |\n${rows.join('')}`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
