import { DataError } from '@paretrain/core';
import { listCosts, readCost, writeCost, type CostResult } from '@paretrain/store';
import { cellId, stepId, type CostCell } from './cell.ts';
import { epochCost } from './epoch-cost.ts';
import { hostId } from './host.ts';

/**
 * What this host has stored of a cell, or null. A step that was measured for an epoch of another length is not measured
 * again: its cost is worked out for this one and stored.
 * @param device the backend's device now, where it is known: what was measured on another one does not count
 */
export async function storedCost(
  root: string,
  cell: CostCell,
  onDamaged: (error: DataError) => void,
  device?: string,
): Promise<CostResult | null> {
  const host = hostId();
  const isOfDevice = (cost: CostResult): boolean => device === undefined || cost.backend.device === device;
  try {
    const exact = await readCost(root, host, cellId(cell));
    if (exact && isOfDevice(exact)) return exact;
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    onDamaged(error);
    return null;
  }
  const step = stepId(cell);
  const sameStep = (await listCosts(root, host))
    .filter((cost) => isOfDevice(cost) && (cost.cell === step || cost.cell.startsWith(`${step}_n`)))
    .sort((a, b) => Date.parse(b.measuredAt) - Date.parse(a.measuredAt))[0];
  if (!sameStep) return null;
  const result = { ...sameStep, ...epochCost(cell, sameStep) };
  await writeCost(root, result);
  return result;
}
