/** A row of a table as text. The name of its subscription, which stands between its parts, is known at the end of a run alone. */
export interface Row {
  readonly subscriptionId: string | null;
  readonly until: string;
  readonly after: string;
}
