import { Module } from '@nestjs/common';
import { OrdersController } from './orders.controller.js';
import { OrdersGrpcController } from './orders.grpc-controller.js';
import { OrdersService } from './orders.service.js';

@Module({ controllers: [OrdersController, OrdersGrpcController], providers: [OrdersService] })
export class OrdersModule {}
