import ts from 'typescript';

/** The fields of an object, each with its type in the words of `typeText`: `price?` is `string`. */
export type Shape = Readonly<Record<string, string>>;

/** The types that a module exports, as the compiler sees them. */
export class DeclaredShapes {
  private readonly checker: ts.TypeChecker;
  private readonly exported: ReadonlyMap<string, ts.Symbol>;

  constructor(module: string) {
    const options = { strict: true, module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2023, types: [] };
    const program = ts.createProgram([module], { ...options, lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'] });
    this.checker = program.getTypeChecker();
    const symbol = this.checker.getSymbolAtLocation(program.getSourceFile(module)!)!;
    this.exported = new Map(this.checker.getExportsOfModule(symbol).map((each) => [each.name, each]));
  }

  /** Of an interface, with what it inherits. */
  shapeOf(name: string): Shape {
    const fields = this.checker.getPropertiesOfType(this.typeOf(name)).map((property) => {
      const isOptional = (property.flags & ts.SymbolFlags.Optional) !== 0;
      return [property.name + (isOptional ? '?' : ''), this.textOf(this.checker.getTypeOfSymbol(property))];
    });
    return Object.fromEntries(fields);
  }

  /** Of a union of literals. */
  wordsOf(name: string): string[] {
    return this.textOf(this.typeOf(name)).split(' | ');
  }

  private typeOf(name: string): ts.Type {
    const symbol = this.exported.get(name);
    if (symbol === undefined) throw new Error(`the module exports no ${name}`);
    const { flags } = symbol;
    return this.checker.getDeclaredTypeOfSymbol(
      flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(symbol) : symbol,
    );
  }

  /** Objects by their names, literals sorted, arrays and tuples of one type alike, and no `undefined`. */
  private textOf(type: ts.Type): string {
    const { checker } = this;
    if (type.isUnion()) {
      const texts = new Set(type.types.filter(isSaid).map((each) => this.textOf(each)));
      if (texts.has('true') && texts.has('false')) return 'boolean';
      return texts.has('string') && !texts.has('null') ? 'string' : [...texts].sort().join(' | ');
    }
    if (type.isStringLiteral()) return type.value;
    // `string & {}` stands beside literals that an editor is to offer: it is any text.
    if (type.isIntersection()) return 'string';
    if (checker.isArrayType(type) || checker.isTupleType(type)) {
      const [element] = checker.getTypeArguments(type as ts.TypeReference);
      return `${this.textOf(element!)}[]`;
    }
    return type.symbol?.name ?? checker.typeToString(type);
  }
}

function isSaid({ flags }: ts.Type): boolean {
  return (flags & ts.TypeFlags.Undefined) === 0;
}
