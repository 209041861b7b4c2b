import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access } from '../edge/access.js';
import { timeText } from '../edge/time-text.js';
import { type KnownInstance, Registry } from './registry.js';
import { type InstanceView, ServicesAnswer } from './services-answer.js';

@ApiTags('services')
@Access('admin')
@Controller('api/v1/services')
export class ServicesController {
  constructor(private readonly registry: Registry) {}

  @Get()
  @ApiOperation({
    summary: 'List the services that are known, and how old that knowledge is',
    description: 'This process is among them. Not a page: what is known is bounded.',
  })
  @ApiOkResponse({ description: 'What is known.', type: ServicesAnswer })
  list(): ServicesAnswer {
    const { adapter, connected, registered, lastRefreshAgeMs, detail } = this.registry.status();
    const now = Date.now();
    return {
      registry: { adapter, connected, registered, lastRefreshAgeMs, detail },
      items: this.registry.all().map((known) => viewOf(known, now)),
    };
  }
}

/** Times are those of the clocks of the instances; one that is ahead has an age of zero. */
function viewOf({ instance, own, suspect, lastSeen }: KnownInstance, now: number): InstanceView {
  return {
    ...instance,
    own,
    suspect,
    lastSeen: lastSeen === null ? null : timeText(lastSeen),
    ageMs: lastSeen === null ? null : Math.max(0, now - lastSeen),
  };
}
