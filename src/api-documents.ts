import type { INestApplication, Type } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { auditModules, traderModules } from './app.module.js';
import { version } from './config/version.js';

/** Serves the two OpenAPI documents. They are made when they are first asked for, not at every start. */
export function serveApiDocuments(app: INestApplication): void {
  serve(app, 'docs', traderModules, () =>
    documentOf(
      'Exchange Simulator',
      'Accounts, orders and market data. Errors are RFC 9457 problems; decide by their `code`.',
    ),
  );
  serve(app, 'audit/docs', auditModules, () =>
    documentOf('Exchange Simulator: audit', 'The journal and what it proves. For auditors, not for traders.'),
  );
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
