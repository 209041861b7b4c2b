import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsClientKey, IsFraction, IsLongText, MayBeAbsent } from '../../edge/field-checks.js';
import { scenarioCharactersMax } from './read-scenario.js';
import { speedMax } from './scenario-run.js';

export class LoadScenarioRequest {
  @IsLongText(scenarioCharactersMax)
  @ApiProperty({
    description:
      'The scenario in YAML: `name`, `description`, and `steps`, each with `at` and one of `inject`, `clear`, `note`.',
    maxLength: scenarioCharactersMax,
    example:
      'name: slow-morning\ndescription: Orders are slow for a minute.\nsteps:\n' +
      '  - at: 0\n    inject: { kind: latency, parameters: { delayMs: 200 }, durationSeconds: 60 }\n',
  })
  definition!: string;
}

export class StartScenarioRequest {
  @MayBeAbsent()
  @IsFraction(speedMax)
  @ApiPropertyOptional({ description: 'How many times as fast as it is written down.', default: 1, example: 60 })
  speed?: number;
}

/** In a message, what REST has in the path is a field. */
export class ScenarioMessage {
  @IsClientKey()
  name!: string;
}

export class StartScenarioMessage extends StartScenarioRequest {
  @IsClientKey()
  name!: string;
}

/** ListScenarios asks for nothing in particular. */
export class ListScenariosRequest {}
