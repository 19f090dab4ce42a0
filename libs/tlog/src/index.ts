export {
  addCosignatures,
  formatAddCheckpoint,
  parseAddCheckpoint,
  type AddCheckpoint,
  type CosignatureFault,
} from './add-checkpoint.js';
export {
  CHECKPOINT_FAULTS,
  formatCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  signCheckpoint,
  type Checkpoint,
  type CheckpointFault,
  type SignedCheckpoint,
} from './checkpoint.js';
export { EntryTooLong, MAX_ENTRY_BYTES, parseBundle } from './entry-bundle.js';
export { Frontier } from './frontier.js';
export {
  EVIDENCE_FORMAT,
  formatEvidence,
  parseEvidence,
  type EvidenceBundle,
  type EvidenceEntry,
  type EvidenceReading,
  type LogKeySpan,
  type RouterKey,
  type WitnessKeySpan,
} from './evidence-bundle.js';
export { fsck, type FsckVerdict } from './fsck.js';
export { EMPTY_ROOT, leafHash, nodeHash } from './hash.js';
export { minimumIndex } from './minimum-index.js';
export { NOTE_FAULTS, openNote, signNote, type Note, type NoteFault, type NoteSignature } from './note.js';
export { proveConsistency, proveInclusion } from './prove.js';
export { edgeFiles, edgeFrontier, EMPTY_EDGE, readRightEdge, type RightEdge } from './right-edge.js';
export { SigningKey } from './signing-key.js';
export { parseTilePath, tilePath, TILE_WIDTH, type TileName } from './tile-path.js';
export {
  LOG_FAULTS,
  LogFault,
  readBundle,
  readTile,
  type LogFaultKind,
  type TileReader,
} from './tile-reader.js';
export { formatTlogProof, parseTlogProof, verifyTlogProof, type TlogProof } from './tlog-proof.js';
export { VerifiedLog } from './verified-log.js';
export {
  verifyEvidence,
  type EvidenceReport,
  type EvidenceTrust,
  type Statement,
} from './verify-evidence.js';
export { VerifierKey, type KeyFault, type KeyType } from './verifier-key.js';
export {
  PROOF_FAULTS,
  verifyConsistency,
  verifyInclusion,
  type ProofFault,
  type TreeHead,
} from './verify-proof.js';
export type { Verdict } from './verdict.js';
export { writeTiles, type TileWrite } from './write-tiles.js';
export {
  TLOG_SIZE_TYPE,
  WITNESS_REFUSALS,
  witnessCheckpoint,
  type WitnessQuestion,
  type WitnessRefusal,
  type WitnessVerdict,
} from './witness.js';
