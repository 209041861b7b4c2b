import { Controller, Get, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { version } from '../config/version.js';
import { Venue } from '../venue/venue.js';
import { Readiness } from './readiness.js';

class HealthView {
  @ApiProperty({ description: 'UP if commands are taken; else why they are not.', example: 'UP' })
  status!: string;

  @ApiProperty({ description: 'The sequence of the last command.', type: 'integer', example: 1042 })
  sequence!: number;

  @ApiProperty({ description: 'The version of the exchange.', example: '0.1.0' })
  version!: string;

  @ApiProperty({ description: 'Seconds since the process started.', type: 'integer', example: 3600 })
  uptimeSeconds!: number;
}

class ProbeView {
  @ApiProperty({ description: 'UP, or why not.', example: 'UP' })
  status!: string;
}

@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(
    private readonly venue: Venue,
    private readonly readiness: Readiness,
  ) {}

  @Get()
  @ApiOperation({ summary: 'How the exchange is' })
  @ApiOkResponse({ description: 'How it is.', type: HealthView })
  health(): HealthView {
    return {
      status: this.readiness.obstacle() ?? 'UP',
      sequence: this.venue.status().sequence,
      version,
      uptimeSeconds: Math.floor(process.uptime()),
    };
  }

  /** Looks at nothing but the event loop: no full disk and no drain is a reason to kill the process. */
  @Get('live')
  @ApiOperation({ summary: 'Whether the process answers at all' })
  @ApiOkResponse({ description: 'Yes.', type: ProbeView })
  live(): ProbeView {
    return { status: 'UP' };
  }

  @Get('ready')
  @ApiOperation({ summary: 'Whether commands are taken' })
  @ApiOkResponse({ description: 'Yes.', type: ProbeView })
  @ApiServiceUnavailableResponse({
    description: 'Commands are refused now; queries may still be answered.',
    type: ProbeView,
  })
  ready(@Res({ passthrough: true }) reply: FastifyReply): ProbeView {
    const obstacle = this.readiness.obstacle();
    if (obstacle !== undefined) reply.code(503);
    return { status: obstacle ?? 'UP' };
  }
}
