declare module 'asl-validator' {
  /** Checks a definition against the JSON schemas of the Amazon States Language, and its paths and ARNs. */
  export default function validate(definition: unknown): {
    readonly isValid: boolean;
    readonly errorsText: (separator?: string) => string;
  };
}
