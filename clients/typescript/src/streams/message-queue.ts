/** What came and was not read yet. */
export class MessageQueue<Message> {
  private readonly waiting: Message[] = [];
  private end: { readonly error: unknown } | undefined = undefined;
  private wake: (() => void) | undefined = undefined;

  get length(): number {
    return this.waiting.length;
  }

  push(message: Message): void {
    if (this.end !== undefined) return;
    this.waiting.push(message);
    this.wake?.();
  }

  /** Nothing comes any more: whoever has read what is waiting gets the error. The first end stays. */
  endWith(error: unknown): void {
    this.end ??= { error };
    this.wake?.();
  }

  clear(): void {
    this.waiting.length = 0;
  }

  /** For one reader at a time. */
  async next(): Promise<Message> {
    while (this.waiting.length === 0) {
      if (this.end !== undefined) throw this.end.error;
      await new Promise<void>((wake) => {
        this.wake = wake;
      });
      this.wake = undefined;
    }
    return this.waiting.shift()!;
  }
}
