/** Words that stand in more than one kind of answer. */
export type Side = 'BUY' | 'SELL';
/** Whether an order waited in the book or met one that did. */
export type Liquidity = 'MAKER' | 'TAKER';
/** An amount or a price as plain decimal digits, such as `"0.00012"`; never a number, which could not hold it. */
export type Decimal = string;
/** RFC 3339 in UTC, such as `2026-01-31T12:00:00.000Z`. */
export type Time = string;
