import { ApiProperty } from '@nestjs/swagger';

/** One instance of a service, as `GET /api/v1/services` shows it. */
export class InstanceView {
  @ApiProperty({ description: 'The service.', example: 'custodian-simulator' })
  serviceName!: string;

  @ApiProperty({ description: 'The instance, among those of the service.', example: 'custodian-simulator-0' })
  instanceName!: string;

  @ApiProperty({ description: 'Where it is.', example: '10.0.0.5' })
  host!: string;

  @ApiProperty({ description: 'Its gRPC port.', type: 'integer', example: 50051 })
  grpcPort!: number;

  @ApiProperty({ description: 'Its HTTP port, if it has one.', type: 'integer', nullable: true, example: 8080 })
  httpPort!: number | null;

  @ApiProperty({ description: 'Its version, as far as it says.', example: '1.4.0' })
  version!: string;

  @ApiProperty({ description: 'Its environment, as far as it says.', example: 'development' })
  environment!: string;

  @ApiProperty({ description: 'What it says of itself.', example: 'healthy' })
  status!: string;

  @ApiProperty({ description: 'What else it says.', type: 'object', additionalProperties: { type: 'string' } })
  metadata!: Readonly<Record<string, string>>;

  @ApiProperty({ description: 'Whether it is the process that answers.' })
  own!: boolean;

  @ApiProperty({ description: 'It missed its heartbeat or was found dead: it is called only if there is no other.' })
  suspect!: boolean;

  @ApiProperty({
    description: 'When it last spoke; null for one that is configured.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  lastSeen!: string | null;

  @ApiProperty({ description: 'Milliseconds since it last spoke.', type: 'integer', nullable: true, example: 1200 })
  ageMs!: number | null;
}

/** How the registry itself is. */
export class RegistryView {
  @ApiProperty({ description: 'Where services are looked up.', enum: ['static', 'redis'] })
  adapter!: 'static' | 'redis';

  @ApiProperty({ description: 'Whether it answers; while it does not, the list is the last that was got.' })
  connected!: boolean;

  @ApiProperty({ description: "Whether it has this process's entry." })
  registered!: boolean;

  @ApiProperty({
    description: 'How old the list is, in milliseconds; null before the first.',
    type: 'integer',
    nullable: true,
    example: 900,
  })
  lastRefreshAgeMs!: number | null;

  @ApiProperty({ description: 'How it is, in a sentence.', example: 'Redis answers.' })
  detail!: string;
}

export class ServicesAnswer {
  @ApiProperty({ type: RegistryView })
  registry!: RegistryView;

  @ApiProperty({ description: 'All that is known, by service, host and port.', type: [InstanceView] })
  items!: InstanceView[];
}
