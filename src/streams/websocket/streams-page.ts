import { htmlPage, htmlText as text } from '../../edge/html-text.js';
import type { AsyncApiDocument, DescribedMessage } from './async-api.js';
import type { JsonSchema } from './json-schema.js';

const style = `
body { font: 15px/1.5 system-ui, sans-serif; color: #1c2430; background: #fff; max-width: 72rem; margin: 0 auto; padding: 1.5rem; }
h2 { border-top: 1px solid #d5dbe3; padding-top: 1.2rem; margin-top: 2rem; }
h2 code { font-weight: normal; font-size: 0.8em; }
code { background: #eef1f5; border-radius: 3px; padding: 0 0.25em; font: 0.9em/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
details { border: 1px solid #d5dbe3; border-radius: 5px; margin: 0.4rem 0; padding: 0.4rem 0.8rem; }
summary { cursor: pointer; }
table { border-collapse: collapse; width: 100%; margin: 0.5rem 0; }
th, td { text-align: left; vertical-align: top; border-bottom: 1px solid #e6eaef; padding: 0.25rem 0.6rem 0.25rem 0; }
td:nth-child(1) { width: 20%; }
td:nth-child(2) { width: 24%; }
i { color: #667; font-size: 0.85em; }
`;

/** The streams for people: the AsyncAPI document as one page, without scripts and without anything from elsewhere. */
export function streamsPage({ info, channels, operations, components }: AsyncApiDocument): string {
  const sections = Object.entries(channels).map(([name, { address, title, description }]) => {
    const tables = (['Receive', 'Send'] as const).map((direction) => {
      const { messages } = operations[`${name}${direction}`]!;
      const names = messages.map(({ $ref }) => $ref.slice($ref.lastIndexOf('/') + 1));
      const heading = direction === 'Receive' ? 'What you can send' : 'What you are sent';
      const described = names.map((message) => messageSection(components.messages[message]!));
      return `<h3>${heading}</h3>\n${described.join('\n')}`;
    });
    return `<section>\n<h2 id="${name}">${text(title)} <code>${text(address)}</code></h2>\n<p>${prose(description)}</p>\n${tables.join('\n')}\n</section>`;
  });
  const schemas = Object.entries(components.schemas)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, schema]) => `<h3 id="${name}">${text(name)}</h3>\n${fieldTable(schema)}`);
  const contents = Object.entries(channels).map(([name, { title }]) => `<a href="#${name}">${text(title)}</a>`);
  return htmlPage(
    info.title,
    style,
    `<h1>${text(info.title)}</h1>\n<p>${prose(info.description)}</p>
<p class="links">${contents.join(' · ')} · <a href="#types">Types</a> · <a href="/docs/asyncapi.json">AsyncAPI document</a> · <a href="/docs">REST</a></p>
${sections.join('\n')}\n<section>\n<h2 id="types">Types</h2>\n${schemas.join('\n')}\n</section>`,
  );
}

function messageSection({ title, summary, payload }: DescribedMessage): string {
  return `<details>\n<summary><b>${text(title)}</b> ${prose(summary)}</summary>\n${fieldTable(payload)}\n</details>`;
}

function fieldTable({ properties = {}, required = [] }: JsonSchema): string {
  const rows = Object.entries(properties).map(([name, field]) => {
    const presence = required.includes(name) ? '' : ' <i>optional</i>';
    return `<tr><td><code>${text(name)}</code>${presence}</td><td>${typeOf(field)}</td><td>${prose(meaningOf(field))}</td></tr>`;
  });
  return `<table>\n<tr><th>field</th><th>type</th><th>meaning</th></tr>\n${rows.join('\n')}\n</table>`;
}

function typeOf(schema: JsonSchema): string {
  const { $ref, items, type, enum: values, format } = schema;
  if ($ref !== undefined) {
    const name = $ref.slice($ref.lastIndexOf('/') + 1);
    return `<a href="#${text(name)}">${text(name)}</a>`;
  }
  if (items !== undefined) return `list of ${typeOf(items)}`;
  if (values !== undefined && values.length <= enumShownMax) return values.map((value) => code(value)).join(', ');
  const kinds = [type ?? oneOfTypes(schema)].flat().join(' or ');
  return text(format === undefined ? kinds : `${kinds} (${format})`);
}

/** Longer lists of words, such as that of all codes, are in the document. */
const enumShownMax = 12;

function oneOfTypes({ oneOf }: JsonSchema): string[] {
  return ((oneOf ?? []) as JsonSchema[]).map(({ type }) => String(type));
}

function meaningOf({ description = '', default: standard, minimum, maximum, examples }: JsonSchema): string {
  const range = minimum !== undefined && maximum !== undefined ? ` From ${minimum} to ${maximum}.` : '';
  const otherwise = standard === undefined ? '' : ` Default: ${standard}.`;
  const example = Array.isArray(examples) ? ` Such as \`${JSON.stringify(examples[0])}\`.` : '';
  return `${description}${range}${otherwise}${example}`;
}

function code(value: unknown): string {
  return `<code>${text(String(value))}</code>`;
}

/** Text in which what stands between backticks is code. */
function prose(markdown: string): string {
  return text(markdown).replace(/`([^`]+)`/g, '<code>$1</code>');
}
