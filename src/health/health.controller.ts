import { Controller, Get, Header, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { version } from '../config/version.js';
import { Access } from '../edge/access.js';
import { Venue } from '../venue/venue.js';
import { type HealthReport, HealthReports } from './health-report.js';
import { Readiness } from './readiness.js';

class HealthView implements HealthReport {
  @ApiProperty({
    description: 'ok; degraded if something is amiss and commands are taken all the same; error if they are not.',
    enum: ['ok', 'degraded', 'error'],
  })
  status!: HealthReport['status'];

  @ApiProperty({ description: 'The sequence of the last command.', type: 'integer', example: 1042 })
  sequence!: number;

  @ApiProperty({ description: 'The version of the exchange.', example: '0.1.0' })
  version!: string;

  @ApiProperty({ description: 'Seconds since the process started.', type: 'integer', example: 3600 })
  uptimeSeconds!: number;

  @ApiProperty({
    description: 'Each part by its name: its status (up, degraded, down), latencyMs, and what else it tells.',
    type: 'object',
    additionalProperties: { type: 'object', additionalProperties: true },
    example: {
      journal: { status: 'up', latencyMs: 0.4, sequence: 1042 },
      redis: { status: 'degraded', latencyMs: 12 },
    },
  })
  details!: HealthReport['details'];
}

class ProbeView {
  @ApiProperty({ description: 'UP, or why not.', example: 'UP' })
  status!: string;
}

@ApiTags('health')
@Access('probe')
@Controller('health')
export class HealthController {
  constructor(
    private readonly venue: Venue,
    private readonly readiness: Readiness,
    private readonly reports: HealthReports,
  ) {}

  @Get()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'How the exchange is, part by part' })
  @ApiOkResponse({ description: 'ok or degraded.', type: HealthView })
  @ApiServiceUnavailableResponse({ description: 'Something that commands need is down.', type: HealthView })
  async health(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthView> {
    const { status, details } = await this.reports.current();
    if (status === 'error') reply.code(503);
    const { sequence } = this.venue.status();
    return { status, sequence, version, uptimeSeconds: Math.floor(process.uptime()), details };
  }

  /** Looks at nothing but the event loop: no full disk and no drain is a reason to kill the process. */
  @Get('live')
  @ApiOperation({ summary: 'Whether the process answers at all' })
  @ApiOkResponse({ description: 'Yes.', type: ProbeView })
  live(): ProbeView {
    return { status: 'UP' };
  }

  @Get('ready')
  @ApiOperation({ summary: 'Whether commands should be sent here' })
  @ApiOkResponse({ description: 'Yes.', type: ProbeView })
  @ApiServiceUnavailableResponse({
    description: 'Commands are refused, or soon will be; queries may still be answered.',
    type: ProbeView,
  })
  ready(@Res({ passthrough: true }) reply: FastifyReply): ProbeView {
    const obstacle = this.readiness.obstacle();
    if (obstacle !== undefined) reply.code(503);
    return { status: obstacle ?? 'UP' };
  }
}
