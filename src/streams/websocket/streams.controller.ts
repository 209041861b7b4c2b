import { Controller, Get, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Access } from '../../edge/access.js';
import { AuditGuard } from '../../edge/audit.guard.js';
import { streamPaths } from './channel.js';
import { StreamServer } from './stream-server.js';

/** Where WebSockets are opened. What is spoken over them is described by the AsyncAPI document, not by Swagger. */
@ApiExcludeController()
@Controller()
export class StreamsController {
  constructor(private readonly streams: StreamServer) {}

  @Get(streamPaths.market)
  @Access('public')
  market(@Res() reply: FastifyReply): void {
    this.streams.accept('market', reply);
  }

  @Get(streamPaths.account)
  @Access('handshake')
  account(@Res() reply: FastifyReply): void {
    this.streams.accept('account', reply);
  }

  @Get(streamPaths.audit)
  @Access('audit')
  @UseGuards(AuditGuard)
  audit(@Res() reply: FastifyReply): void {
    this.streams.accept('audit', reply);
  }
}
