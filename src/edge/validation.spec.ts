import { IsInt, Length } from 'class-validator';
import { shapeOf } from './dto-shape.js';
import { Offer } from './edge.fixture.js';
import { MayBeAbsent } from './field-checks.js';
import { Problem } from './problem.js';
import { UnreadableMessage, validated } from './validation.js';

const offer = { accountId: 'acc-7', name: 'an offer', side: 'BUY', quantity: '0.1' };

describe('validated', () => {
  it('gives an instance of the DTO, with what was sent in it', () => {
    const dto = validated(Offer, offer);
    expect(dto).toBeInstanceOf(Offer);
    expect({ ...dto }).toMatchObject(offer);
  });

  it('keeps the defaults of the DTO', () => {
    class WithDefault {
      @MayBeAbsent()
      @IsInt()
      depth?: number = 20;
    }
    expect(validated(WithDefault, {}).depth).toBe(20);
    expect(validated(WithDefault, { depth: 5 }).depth).toBe(5);
  });

  it('checks what a parent class declares', () => {
    class Child extends Offer {
      @Length(2, 3)
      extra!: string;
    }
    expect(() => validated(Child, { ...offer, extra: 'ok!' })).not.toThrow();
    expect(() => validated(Child, { ...offer, extra: 'o' })).toThrow(Problem);
    expect(() => validated(Child, { extra: 'ok!' })).toThrow(/accountId is missing/);
  });

  it.each([[undefined], [null], ['text'], [7], [new UnreadableMessage()]])('refuses %p as a whole', (sent) => {
    expect(() => validated(Offer, sent)).toThrow(Problem);
  });

  it('leaves the prototype of the DTO alone', () => {
    const sent = JSON.parse(JSON.stringify(offer).replace('{', '{"__proto__":{"price":"1"},"constructor":1,'));
    expect(() => validated(Offer, sent)).toThrow(/__proto__ is not a field.*constructor is not a field/);
  });

  it('shows a long value shortened', () => {
    expect(() => validated(Offer, { ...offer, side: 'x'.repeat(1000) })).toThrow('and 960 characters more');
  });

  it('refuses to start with a validation that it does not know', () => {
    class Unknown {
      @Length(1, 2, { each: true })
      many!: string[];
    }
    expect(() => shapeOf(Unknown)).toThrow('Unknown.many');
  });
});
