interface KnownRoute {
  readonly method: string;
  readonly segments: readonly string[];
}

/** Remembers every route, to tell a wrong method (405, with those that are allowed) from a wrong path (404). */
export class AllowedMethods {
  private readonly routes: KnownRoute[] = [];

  add(method: string | readonly string[], url: string): void {
    for (const each of [method].flat()) this.routes.push({ method: each, segments: url.split('/') });
  }

  at(path: string): string[] {
    const segments = path.split('/');
    const allowed = this.routes.filter((route) => matches(route.segments, segments)).map(({ method }) => method);
    return [...new Set(allowed)];
  }
}

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  if (pattern.length !== segments.length) return false;
  return pattern.every((part, at) => (part.startsWith(':') ? segments[at] !== '' : part === segments[at]));
}
