import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { parse, parseAllDocuments } from 'yaml';

// biome-ignore lint/suspicious/noExplicitAny: the schemas say what is in a manifest; the specs look at parts of it.
export type Manifest = any;

const directory = 'deploy/k8s';

/** Every document there is: those that `kubectl apply -k` sends, and the form of the Secret. */
export function manifests(): Manifest[] {
  return manifestFiles().flatMap((file) =>
    parseAllDocuments(readFileSync(join(directory, file), 'utf8')).map((document) => document.toJS()),
  );
}

export function manifestFiles(): string[] {
  return readdirSync(directory).filter((file) => file !== 'kustomization.yaml');
}

export function readYaml(path: string): Manifest {
  return parse(readFileSync(path, 'utf8'));
}

/** What Kubernetes' own JSON schemas say against a manifest, in their words; nothing if it conforms. */
export async function schemaFault(manifest: Manifest): Promise<string | undefined> {
  const { [manifest.kind]: Model } = await import(`kubernetes-models/${manifest.apiVersion}`);
  try {
    new Model(manifest).validate();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/**
 * Fields that Kubernetes does not know, which the schemas let pass and a cluster drops in silence: TypeScript
 * finds them, because an object literal may have no other fields than its type.
 */
export function unknownFields(documents: readonly Manifest[]): string[] {
  const source = documents.map(
    ({ apiVersion, kind }, n) => `import type { I${kind} as T${n} } from 'kubernetes-models/${apiVersion}';`,
  );
  source.push(...documents.map((document, n) => `export const m${n}: T${n} = ${JSON.stringify(document)};`));
  const virtual = resolve('test/deploy/manifests.virtual.ts');
  const options = { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext };
  const host = ts.createCompilerHost({ ...options, strict: true });
  const { getSourceFile } = host;
  host.getSourceFile = (name, ...rest) =>
    resolve(name) === virtual
      ? ts.createSourceFile(name, source.join('\n'), ts.ScriptTarget.ES2024)
      : getSourceFile(name, ...rest);
  const program = ts.createProgram(
    [virtual],
    { ...options, strict: true, noEmit: true, skipLibCheck: true, types: [] },
    host,
  );
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

/** The one manifest of a kind, or of a kind and name. */
export function theOne(documents: readonly Manifest[], kind: string, name?: string): Manifest {
  const found = documents.filter(
    (document) => document.kind === kind && (name === undefined || document.metadata.name === name),
  );
  if (found.length !== 1) throw new Error(`there are ${found.length} of ${kind} ${name ?? ''}`);
  return found[0];
}
