package io.granary.devnet.actor;

import io.granary.devnet.state.MinerProfile;
import io.granary.protocol.Bytes;
import io.granary.protocol.actor.MinerMethod;
import io.granary.protocol.address.Address;
import io.granary.protocol.cbor.CborWriter;

/** The methods of a miner actor (chain.md 3.1). */
final class MinerMethods {
  private MinerMethods() {}

  static Bytes call(Invocation call) {
    if (call.method() == MinerMethod.CONTROL_ADDRESSES) {
      return controlAddresses(call);
    } else if (call.method() == MinerMethod.CHANGE_WORKER_ADDRESS) {
      return MinerAdministration.changeWorker(call);
    } else if (call.method() == MinerMethod.CHANGE_PEER_ID) {
      return MinerAdministration.changePeerId(call);
    } else if (call.method() == MinerMethod.SUBMIT_WINDOWED_POST) {
      return WindowPoSt.submit(call);
    } else if (call.method() == MinerMethod.TERMINATE_SECTORS) {
      return Terminations.terminate(call);
    } else if (call.method() == MinerMethod.DECLARE_FAULTS) {
      return FaultDeclarations.declareFaults(call);
    } else if (call.method() == MinerMethod.DECLARE_FAULTS_RECOVERED) {
      return FaultDeclarations.declareRecovered(call);
    } else if (call.method() == MinerMethod.WITHDRAW_BALANCE) {
      return MinerAdministration.withdraw(call);
    } else if (call.method() == MinerMethod.CHANGE_MULTIADDRS) {
      return MinerAdministration.changeMultiaddrs(call);
    } else if (call.method() == MinerMethod.CONFIRM_CHANGE_WORKER_ADDRESS) {
      return MinerAdministration.confirmWorker(call);
    } else if (call.method() == MinerMethod.REPAY_DEBT) {
      return MinerAdministration.repayDebt(call);
    } else if (call.method() == MinerMethod.CHANGE_OWNER_ADDRESS) {
      return MinerAdministration.changeOwner(call);
    } else if (call.method() == MinerMethod.DISPUTE_WINDOWED_POST) {
      return Disputes.dispute(call);
    } else if (call.method() == MinerMethod.PRE_COMMIT_SECTOR_BATCH_2) {
      return PreCommits.preCommitBatch(call);
    } else if (call.method() == MinerMethod.PROVE_COMMIT_SECTORS_3) {
      return ProveCommits.proveCommit(call);
    }
    throw new ActorAbort(ExitCode.UNHANDLED_MESSAGE, "invalid method: " + call.method());
  }

  private static Bytes controlAddresses(Invocation call) {
    call.requireNoParams();
    MinerProfile profile = call.miner().profile();
    return new CborWriter()
        .array(3)
        .address(Address.ofId(profile.owner()))
        .address(Address.ofId(profile.worker()))
        .list(profile.controls(), (w, id) -> w.address(Address.ofId(id)))
        .toBytes();
  }
}
