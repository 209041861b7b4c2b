import { Module } from '@nestjs/common';
import { CancelOnDisconnect } from './cancel-on-disconnect.js';

/** Cancels orders whose owner has lost the connection, where that was asked for. */
@Module({ providers: [CancelOnDisconnect], exports: [CancelOnDisconnect] })
export class CancelOnDisconnectModule {}
