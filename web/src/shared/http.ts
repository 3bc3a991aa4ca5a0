// Requests and the three ways they fail: refused with a reason (RFC 9457),
// not reached at all, or cancelled by us.

/** One field of a request that the server could not accept. */
export interface FieldProblem {
  field: string;
  detail: string;
}

/** The body of an `application/problem+json` answer (RFC 9457). */
export interface Problem {
  title: string;
  status: number;
  detail?: string;
  errors?: FieldProblem[];
}

/** The server answered and refused. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(describe(problem));
    this.name = "ProblemError";
    this.problem = problem;
  }
}

/** No answer, or one that only says "try again": nothing is known of the effect. */
export class NetworkError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "NetworkError";
  }
}

export interface RequestOptions {
  method?: "GET" | "POST" | "PUT";
  /** Sent as JSON. */
  body?: unknown;
  token?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** What a page needs of the network; tests hand in their own. */
export type Fetch = (path: string, init: RequestInit) => Promise<Response>;

/** Statuses after which the same request may succeed a moment later. */
const PASSING = new Set([408, 429, 500, 502, 503, 504]);

/**
 * Sends a request and returns the answer if it is 2xx or 304.
 *
 * @throws {ProblemError} the server refused.
 * @throws {NetworkError} the request may be tried again.
 */
export async function request(
  fetch: Fetch,
  path: string,
  { method = "GET", body, token, headers = {}, signal }: RequestOptions = {},
): Promise<Response> {
  const init: RequestInit = {
    method,
    headers: { Accept: "application/json", ...headers },
    // The page holds its own ETag; the browser's cache would only queue behind it.
    cache: "no-store",
  };
  if (token !== undefined) setHeader(init, "Authorization", `Bearer ${token}`);
  if (body !== undefined) {
    setHeader(init, "Content-Type", "application/json");
    init.body = JSON.stringify(body);
  }
  if (signal) init.signal = signal;

  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new NetworkError("The server cannot be reached.");
  }
  if (response.ok || response.status === 304) return response;
  if (PASSING.has(response.status))
    throw new NetworkError(`The server answered ${response.status}.`);
  throw new ProblemError(await readProblem(response));
}

function setHeader(init: RequestInit, name: string, value: string): void {
  init.headers = { ...(init.headers as Record<string, string>), [name]: value };
}

async function readProblem(response: Response): Promise<Problem> {
  const fallback = { title: `The server answered ${response.status}`, status: response.status };
  try {
    const body = (await response.json()) as Partial<Problem>;
    return typeof body.title === "string"
      ? { ...body, title: body.title, status: response.status }
      : fallback;
  } catch {
    return fallback;
  }
}

/** A problem as sentences for a person: title, detail, then each field's reason. */
export function describe({ title, detail, errors = [] }: Problem): string {
  const parts = [title, detail, ...errors.map((error) => `${error.field}: ${error.detail}`)];
  return parts
    .filter((part): part is string => Boolean(part))
    .map((part) => (/[.!?]$/.test(part) ? part : `${part}.`))
    .join(" ");
}

/** Any failure as a sentence for a person. */
export function explain(error: unknown): string {
  return error instanceof Error ? error.message : "Something went wrong.";
}
