import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { VenueStatus } from '../venue/venue.js';
import { Venue } from '../venue/venue.js';

/** Why commands should not be sent here. */
export type Obstacle = Exclude<VenueStatus['state'], 'SERVING'>;

/** How far those who follow may be behind a disk that has filled up or has room again; a drain they see at once. */
const lookMs = 250;

/**
 * Whether commands should be sent here: the journal takes them, and the exchange is not about to stop.
 * Recovery is over before anything listens, so it is not asked for here.
 */
@Injectable()
export class Readiness implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly followers: ((obstacle: Obstacle | undefined) => void)[] = [];
  private withdrawn = false;
  private told: Obstacle | undefined = undefined;
  private timer?: NodeJS.Timeout;

  constructor(private readonly venue: Venue) {}

  /** Why no commands should be sent; `undefined` when they are welcome. */
  obstacle(): Obstacle | undefined {
    if (this.withdrawn) return 'DRAINING';
    const { state } = this.venue.status();
    return state === 'SERVING' ? undefined : state;
  }

  /** Calls a function with what stands in the way now, and again whenever that changes. */
  follow(follower: (obstacle: Obstacle | undefined) => void): void {
    this.followers.push(follower);
    follower(this.told);
  }

  /** Says to everybody that no commands should come any more; those that come all the same are still taken. */
  withdraw(): void {
    this.withdrawn = true;
    clearInterval(this.timer);
    this.look();
  }

  onApplicationBootstrap(): void {
    this.look();
    this.timer = setInterval(() => this.look(), lookMs).unref();
  }

  /** Nest calls this first when it stops. */
  onModuleDestroy(): void {
    this.withdraw();
  }

  private look(): void {
    const obstacle = this.obstacle();
    if (obstacle === this.told) return;
    this.told = obstacle;
    for (const follower of this.followers) follower(obstacle);
  }
}
