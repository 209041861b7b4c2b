import { Controller, Get, Header, Headers, Res, UseGuards } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Access } from '../../edge/access.js';
import { ApiProblems } from '../../edge/api-docs.js';
import { AuditGuard } from '../../edge/audit.guard.js';
import { Param } from '../../edge/parameters.js';
import { PublicIdPipe } from '../../edge/validation-pipe.js';
import { ExplanationService } from './explanation.service.js';
import { explanationPage } from './explanation-page.js';
import { ExplanationView } from './explanation-view.js';

const orderIdParam = { name: 'orderId', description: 'The order.', example: 'ord-42', type: String };
const html = 'text/html; charset=utf-8';

@ApiTags('audit')
@Access('audit')
@UseGuards(AuditGuard)
@Controller('audit/v1/orders')
export class ExplanationController {
  constructor(private readonly explanations: ExplanationService) {}

  @Get(':orderId/explain')
  @ApiOperation({
    summary: 'Explain an order: its whole chain as a timeline, each fact with its record',
    description:
      'The request, each rule with its numbers, the place in the queue, matches, fees, postings, balances, settlement, faults, ' +
      'and why it ended. The rules are asked once more, of the exchange as it stood before the order, which the journal ' +
      'is replayed for; where that takes too long, `complete` is false and `notes` says so. With `Accept: text/html` it is a page.',
  })
  @ApiParam(orderIdParam)
  @ApiOkResponse({ type: ExplanationView })
  @ApiProblems('VALIDATION_FAILED', 'ORDER_NOT_FOUND', 'DRAINING')
  async explain(
    @Param('orderId', new PublicIdPipe('ord')) orderId: number,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExplanationView | string> {
    const explanation = await this.explanations.explain(orderId);
    if (!prefersPage(accept)) return explanation;
    reply.header('content-type', html);
    return explanationPage(explanation);
  }

  @Get(':orderId/explain.html')
  @ApiOperation({ summary: 'The same as a page for people' })
  @ApiParam(orderIdParam)
  @ApiProduces('text/html')
  @ApiOkResponse({ description: 'The page.', schema: { type: 'string' } })
  @ApiProblems('VALIDATION_FAILED', 'ORDER_NOT_FOUND', 'DRAINING')
  @Header('content-type', html)
  async page(@Param('orderId', new PublicIdPipe('ord')) orderId: number): Promise<string> {
    return explanationPage(await this.explanations.explain(orderId));
  }
}

/** Browsers name HTML before all else. */
function prefersPage(accept = ''): boolean {
  return accept.trimStart().startsWith('text/html');
}
