import { Module } from '@nestjs/common';
import { MarketDataController } from './market-data.controller.js';
import { MarketDataGrpcController } from './market-data.grpc-controller.js';
import { MarketDataService } from './market-data.service.js';

@Module({ controllers: [MarketDataController, MarketDataGrpcController], providers: [MarketDataService] })
export class MatchingModule {}
