import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import { type IdKind, parseId } from '../engine/ids.js';
import { isAsset, isClientKey, isSymbol } from './field-checks.js';
import { Problem } from './problem.js';
import { shownValue } from './shown-value.js';

/** A public id in a path: `@Param('accountId', new PublicIdPipe('acc')) accountId: number`. */
export class PublicIdPipe implements PipeTransform<string, number> {
  constructor(private readonly kind: IdKind) {}

  transform(text: string, { data = 'id' }: ArgumentMetadata): number {
    const id = parseId(this.kind, text);
    if (id === undefined) throw wrongParameter(data, `an id such as "${this.kind}-7"`, text);
    return id;
  }
}

/** The symbol of a market in a path; whether it is listed is not asked here. */
export class SymbolPipe implements PipeTransform<string, string> {
  transform(text: string, { data = 'symbol' }: ArgumentMetadata): string {
    if (!isSymbol(text)) throw wrongParameter(data, 'the symbol of a market, such as "BTC-USD"', text);
    return text;
  }
}

/** The code of an asset in a path; whether it is listed is not asked here. */
export class AssetPipe implements PipeTransform<string, string> {
  transform(text: string, { data = 'asset' }: ArgumentMetadata): string {
    if (!isAsset(text)) throw wrongParameter(data, 'the code of an asset, such as "BTC"', text);
    return text;
  }
}

/** A name that a client chose, in a path. */
export class ClientKeyPipe implements PipeTransform<string, string> {
  transform(text: string, { data = 'key' }: ArgumentMetadata): string {
    if (!isClientKey(text)) throw wrongParameter(data, 'letters, digits, dots, colons, dashes or underscores', text);
    return text;
  }
}

function wrongParameter(field: string, right: string, text: string): Problem {
  return Problem.invalid([{ field, message: `must be ${right}, not ${shownValue(text)}` }]);
}
