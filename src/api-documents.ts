import type { INestApplication, Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { auditModules, traderModules } from './app.module.js';
import { version } from './config/version.js';
import { Channels } from './streams/websocket/channels.js';

/** Serves the two OpenAPI documents and that of the streams. They are made when they are first asked for, not at every start. */
export function serveApiDocuments(app: NestFastifyApplication): void {
  serve(app, 'docs', traderModules, () =>
    documentOf(
      'Exchange Simulator',
      'Accounts, orders and market data. Errors are RFC 9457 problems; decide by their `code`.',
    ),
  );
  serve(app, 'audit/docs', auditModules, () =>
    documentOf('Exchange Simulator: audit', 'The journal and what it proves. For auditors, not for traders.'),
  );
  serveStreamDocuments(app);
}

/** The AsyncAPI document and its page, of the classes that Swagger describes too. */
function serveStreamDocuments(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  let made: Promise<{ document: object; page: string }> | undefined;
  const make = () => {
    made ??= makeStreamDocuments(app);
    return made;
  };
  fastify.get('/docs/asyncapi.json', async () => (await make()).document);
  fastify.get('/docs/streams', async (_request, reply) => {
    reply.header('content-type', 'text/html; charset=utf-8');
    return (await make()).page;
  });
}

async function makeStreamDocuments(app: NestFastifyApplication): Promise<{ document: object; page: string }> {
  const { asyncApiDocument, describedClasses } = await import('./streams/websocket/async-api.js');
  const { streamsPage } = await import('./streams/websocket/streams-page.js');
  const channels = app.get(Channels);
  const options = { include: [NoModule], extraModels: describedClasses(channels) };
  const { components } = SwaggerModule.createDocument(app, new DocumentBuilder().build(), options);
  const document = asyncApiDocument(channels, components?.schemas ?? {});
  return { document, page: streamsPage(document) };
}

function serve(app: INestApplication, path: string, modules: readonly Type[], document: () => DocumentBuilder): void {
  // Swagger takes an empty list for every module there is.
  const include = modules.length > 0 ? [...modules] : [NoModule];
  const create = (): OpenAPIObject => SwaggerModule.createDocument(app, document().build(), { include });
  SwaggerModule.setup(path, app, create, { jsonDocumentUrl: `${path}-json` });
}

function documentOf(title: string, description: string): DocumentBuilder {
  const document = new DocumentBuilder().setTitle(title).setDescription(description).setVersion(version);
  return document.addSecurity('bearer', { type: 'http', scheme: 'bearer' });
}

class NoModule {}
