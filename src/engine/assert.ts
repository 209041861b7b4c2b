/**
 * An invariant that the engine relies on. A failure is a bug in the engine itself, never a client's
 * mistake: the process must stop before anything that follows from it is made durable.
 */
export class InvariantViolated extends Error {
  override readonly name = 'InvariantViolated';
}

export function assertInvariant(holds: boolean, invariant: string): asserts holds {
  if (!holds) throw new InvariantViolated(invariant);
}
