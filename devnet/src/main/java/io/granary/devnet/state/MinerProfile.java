package io.granary.devnet.state;

import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.RegisteredPoStProof;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborWriter;
import java.util.List;
import java.util.Optional;

/**
 * Who may act for a miner and how it can be reached.
 *
 * @param pendingWorker a worker that takes over at its epoch
 * @param pendingOwner the address the owner proposed as the next owner
 * @param peerId as it was given, at most 128 bytes
 */
public record MinerProfile(
    ActorId owner,
    ActorId worker,
    List<ActorId> controls,
    Optional<WorkerChange> pendingWorker,
    Optional<ActorId> pendingOwner,
    Bytes peerId,
    List<Bytes> multiaddrs,
    RegisteredPoStProof windowPoStProof)
    implements CborEncodable {
  /** A worker key that takes over at {@code epoch}. */
  public record WorkerChange(ActorId worker, long epoch) {}

  public MinerProfile {
    controls = List.copyOf(controls);
    multiaddrs = List.copyOf(multiaddrs);
  }

  /** Whether {@code caller} is owner, worker or a control address. */
  public boolean isControlling(ActorId caller) {
    return caller.equals(owner) || caller.equals(worker) || controls.contains(caller);
  }

  public MinerProfile withPeerId(Bytes newPeerId) {
    return new MinerProfile(
        owner,
        worker,
        controls,
        pendingWorker,
        pendingOwner,
        newPeerId,
        multiaddrs,
        windowPoStProof);
  }

  public MinerProfile withMultiaddrs(List<Bytes> newMultiaddrs) {
    return new MinerProfile(
        owner,
        worker,
        controls,
        pendingWorker,
        pendingOwner,
        peerId,
        newMultiaddrs,
        windowPoStProof);
  }

  public MinerProfile withWorker(
      ActorId newWorker, List<ActorId> newControls, Optional<WorkerChange> newPending) {
    return new MinerProfile(
        owner,
        newWorker,
        newControls,
        newPending,
        pendingOwner,
        peerId,
        multiaddrs,
        windowPoStProof);
  }

  public MinerProfile withOwner(ActorId newOwner, Optional<ActorId> newPending) {
    return new MinerProfile(
        newOwner, worker, controls, pendingWorker, newPending, peerId, multiaddrs, windowPoStProof);
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(8).uint64(owner.value()).uint64(worker.value());
    writer.list(controls, (w, id) -> w.uint64(id.value()));
    writer.optional(
        pendingWorker,
        (w, change) -> w.array(2).uint64(change.worker().value()).int64(change.epoch()));
    writer.optional(pendingOwner, (w, id) -> w.uint64(id.value()));
    writer.bytes(peerId).list(multiaddrs, CborWriter::bytes).uint64(windowPoStProof.number());
  }
}
