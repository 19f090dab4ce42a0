import type { BorrowToRead, LeaseSource } from '@bailiwick/crm';

/** Borrows what a tenant's records are read with, for one purpose. */
export type BorrowFor = (whose: { readonly tenant: string; readonly purpose: string }) => BorrowToRead;

/** Borrows from the control-plane, for this cell. */
export const borrowing =
  (credentials: Pick<LeaseSource, 'borrowToRead'>, cell: string): BorrowFor =>
  ({ tenant, purpose }) =>
  (what) =>
    credentials.borrowToRead({ tenant, cell, purpose, ...what });
