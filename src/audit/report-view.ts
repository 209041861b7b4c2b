import { ApiProperty } from '@nestjs/swagger';
import type { Check, VerificationReport } from '../journal/journal.js';

export class CheckView implements Check {
  @ApiProperty({
    description: 'What was checked.',
    enum: ['hash-chain', 'replay', 'state', 'ledger', 'settlement', 'read-model', 'snapshots', 'file'],
  })
  name!: string;

  @ApiProperty({ description: 'Whether it is as it should be.' })
  ok!: boolean;

  @ApiProperty({ description: 'What was found; if it is wrong, the first that does not fit.' })
  detail!: string;
}

/** What checking the journal came to. */
export class ReportView implements VerificationReport {
  @ApiProperty({ description: 'Whether every check is ok.' })
  ok!: boolean;

  @ApiProperty({ description: 'How many records fit the hash chain.', type: 'integer', example: 1042 })
  records!: number;

  @ApiProperty({ description: 'The sequence of the last of them.', type: 'integer', example: 1042 })
  headSequence!: number;

  @ApiProperty({ description: 'The hash of the last of them.' })
  headHash!: string;

  @ApiProperty({ description: 'Each check.', type: [CheckView] })
  checks!: readonly CheckView[];
}
