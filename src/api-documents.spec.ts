import type { Application } from './application.js';
import { Settings } from './config/settings.js';
import { openApplication } from './open-application.js';

interface Operation {
  readonly parameters?: readonly {
    readonly in: string;
    readonly name: string;
    readonly schema: { type: string; example?: unknown };
  }[];
  readonly responses: Readonly<Record<string, object>>;
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

describe.each(['/docs-json', '/audit/docs-json'])('the OpenAPI document at %s', (path) => {
  let application: Application;
  let operations: (readonly [name: string, method: string, Operation])[];

  beforeAll(async () => {
    const settings = Settings.from({ HTTP_PORT: '0', GRPC_PORT: '0', LOG_LEVEL: 'fatal', STORE: 'memory' });
    application = await openApplication(settings, (error) => {
      throw error;
    });
    const { http } = await application.listen();
    const { paths } = (await (await fetch(http + path)).json()) as OpenApi;
    operations = Object.entries(paths).flatMap(([template, methods]) =>
      Object.entries(methods).map(([method, operation]) => [`${method} ${template}`, method, operation] as const),
    );
  });
  afterAll(() => application.close());

  it('has parameters of the type that their examples are of', () => {
    const wrong = operations.flatMap(([name, , { parameters = [] }]) =>
      parameters
        .filter(({ schema }) => typeof schema.example === 'string' && schema.type !== 'string')
        .map((parameter) => `${name}: ${parameter.name}`),
    );
    expect(operations.length).toBeGreaterThan(10);
    expect(wrong).toEqual([]);
  });

  it('says of each operation that it refuses parameters which it does not have', () => {
    expect(operations.filter(([, , { responses }]) => !('400' in responses)).map(([name]) => name)).toEqual([]);
  });

  it('says of each operation whose body is read that there are bodies which it refuses', () => {
    const changing = operations.filter(([, method]) => method !== 'get');
    const silent = changing.filter(([, , { responses }]) => !('413' in responses && '415' in responses));
    expect(changing.length).toBeGreaterThan(3);
    expect(silent.map(([name]) => name)).toEqual([]);
  });
});
