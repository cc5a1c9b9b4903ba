package io.granary.devnet.conformance;

import static io.granary.devnet.conformance.Provider.HEAD;
import static io.granary.devnet.conformance.Provider.message;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.protocol.Bytes;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.BareValue;
import io.granary.protocol.actor.ChangeMultiaddrsParams;
import io.granary.protocol.actor.ChangePeerIdParams;
import io.granary.protocol.actor.ChangeWorkerAddressParams;
import io.granary.protocol.actor.MinerMethod;
import io.granary.protocol.actor.WithdrawBalanceParams;
import io.granary.protocol.address.Address;
import io.granary.protocol.cbor.CborEncodable;
import java.util.ArrayList;
import java.util.List;

/** Keys, owners, reachability and withdrawals of a miner, by the recordings of the deals folder. */
final class AdministrationStage {
  private static final String CALL = "deals/StateCall--";
  private static final String PUSH = "deals/MpoolPushMessage--";

  private final Provider provider;
  private String worker = "";
  private String control = "";
  private String stranger = "";

  AdministrationStage(Provider provider) {
    this.provider = provider;
  }

  /** Makes and funds the other keys of the recordings. */
  void keys() throws Exception {
    worker = funded(provider.result("WalletNew", "bls").asText());
    control = funded(provider.result("WalletNew", "bls").asText());
    stranger = funded(provider.result("WalletNew", "bls").asText());
  }

  private String funded(String address) throws Exception {
    provider.result(
        "MpoolPushMessage",
        message(provider.nodeKey, address, TokenAmount.ofFil(10), 0, Bytes.empty()),
        null);
    provider.blocks(2);
    return address;
  }

  private void call(String name, String from, long method, Bytes params) throws Exception {
    provider.ask(
        CALL + name, message(from, provider.miner, TokenAmount.ZERO, method, params), HEAD);
  }

  private void call(String name, long method, CborEncodable params) throws Exception {
    call(name, provider.key, method, params.toCbor());
  }

  private void push(String name, String from, long method, Bytes params) throws Exception {
    provider.push(PUSH + name, message(from, provider.miner, TokenAmount.ZERO, method, params));
  }

  /** The worker changes to another key after 900 epochs; the control address at once. */
  void workers() throws Exception {
    call("confirm-worker-no-change", provider.key, 21, Bytes.empty());
    List<String> eleven = new ArrayList<>();
    for (int i = 0; i < 11; i++) {
      eleven.add(control);
    }
    call("change-worker-11-controls", 3, change(worker, eleven));
    call("change-worker-control-dup", 3, change(worker, List.of(control, control)));
    call("change-worker-control-secp", 3, change(worker, List.of(provider.secpKey)));
    call("change-worker-secp", 3, change(provider.secpKey, List.of()));
    call("change-worker-not-account", 3, change(provider.miner, List.of()));
    String nobody = provider.result("WalletNew", "bls").asText();
    call("change-worker-no-actor", 3, change(nobody, List.of()));
    Bytes good = change(worker, List.of(control)).toCbor();
    call("change-worker-wrong-caller", stranger, 3, good);
    push("change-worker", provider.key, 3, good);
    call("change-worker-by-control", control, 3, good);
    call("change-worker-again-pending", 3, change(stranger, List.of(control)));
    call("confirm-worker-too-early", provider.key, 21, Bytes.empty());
    call("confirm-worker-wrong-caller", stranger, 21, Bytes.empty());
    call("miner-get-controls", provider.key, MinerMethod.CONTROL_ADDRESSES, Bytes.empty());
    long effective =
        provider.result("StateMinerInfo", provider.miner, HEAD).get("WorkerChangeEpoch").asLong();
    provider.goTo(effective - 2);
    provider.blocks(1);
    call("confirm-worker-3-one-early", provider.key, 21, Bytes.empty());
    provider.blocks(1);
    push("confirm-worker", provider.key, 21, Bytes.empty());
  }

  private static ChangeWorkerAddressParams change(String worker, List<String> controls) {
    return new ChangeWorkerAddressParams(
        Address.parse(worker), controls.stream().map(Address::parse).toList());
  }

  void reachability() throws Exception {
    call("change-peer-id-128", 4, new ChangePeerIdParams(zeroes(128)));
    call("change-peer-id-129", 4, new ChangePeerIdParams(zeroes(129)));
    call("change-peer-id-empty", 4, new ChangePeerIdParams(Bytes.empty()));
    Bytes peerId = new ChangePeerIdParams(Bytes.fromHex("6e6577")).toCbor();
    call("change-peer-id-by-control", control, 4, peerId);
    call("change-peer-id-wrong-caller", stranger, 4, peerId);
    push("change-peer-id", provider.key, 4, peerId);
    call("change-multiaddrs-1024", 18, multiaddrs(zeroes(1000), zeroes(24)));
    call("change-multiaddrs-1025", 18, multiaddrs(zeroes(1000), zeroes(25)));
    call("change-multiaddrs-empty-one", 18, multiaddrs(Bytes.empty()));
    call("change-multiaddrs-none", 18, multiaddrs());
    push(
        "change-multiaddrs",
        provider.key,
        18,
        multiaddrs(Bytes.fromHex("047f000001061f90")).toCbor());
  }

  private static ChangeMultiaddrsParams multiaddrs(Bytes... addresses) {
    return new ChangeMultiaddrsParams(List.of(addresses));
  }

  private static Bytes zeroes(int length) {
    return Bytes.of(new byte[length]);
  }

  void withdrawals() throws Exception {
    provider.result(
        "MpoolPushMessage",
        message(provider.key, provider.miner, TokenAmount.ofFil(2), 0, Bytes.empty()),
        null);
    provider.blocks(2);
    call("withdraw-above", 16, new WithdrawBalanceParams(TokenAmount.ofFil(1000)));
    call("withdraw-zero", 16, new WithdrawBalanceParams(TokenAmount.ZERO));
    call("withdraw-negative", 16, new WithdrawBalanceParams(TokenAmount.ofAtto(-1)));
    Bytes one = new WithdrawBalanceParams(TokenAmount.ofFil(1)).toCbor();
    call("withdraw-wrong-caller", stranger, 16, one);
    call("withdraw-by-control", control, 16, one);
    push("withdraw-miner", provider.key, 16, one);
    push(
        "withdraw-all",
        provider.key,
        16,
        new WithdrawBalanceParams(TokenAmount.ofFil(1000)).toCbor());
    call("withdraw-nothing", 16, new WithdrawBalanceParams(TokenAmount.ofFil(1)));
    call("miner-withdraw-nothing-2", 16, new WithdrawBalanceParams(TokenAmount.ofFil(1)));
    call("repay-debt-wrong-caller", stranger, 22, Bytes.empty());
    push("repay-debt-none", provider.key, 22, Bytes.empty());
  }

  /** The owner hands over to the stranger; the old owner may then withdraw no more. */
  void owners() throws Exception {
    Address next = id(stranger);
    Address other = id(control);
    call("change-owner-same", provider.key, 23, BareValue.ofAddress(id(provider.key)));
    call("change-owner-not-id", provider.key, 23, BareValue.ofAddress(Address.parse(stranger)));
    call("change-owner-wrong-caller", stranger, 23, BareValue.ofAddress(next));
    push("change-owner-propose", provider.key, 23, BareValue.ofAddress(next));
    call("change-owner-confirm-wrong", stranger, 23, BareValue.ofAddress(other));
    push("change-owner-confirm", stranger, 23, BareValue.ofAddress(next));
    call(
        "withdraw-by-old-owner",
        provider.key,
        16,
        new WithdrawBalanceParams(TokenAmount.ofFil(1)).toCbor());
  }

  private Address id(String address) throws Exception {
    return Address.parse(provider.result("StateLookupID", address, HEAD).asText());
  }

  /** Methods that the newest actors no longer have exit 22 here as there. */
  void removedMethods() throws Exception {
    for (String name : Recordings.all().keySet()) {
      JsonNode call = Recordings.get(name).path("params").path(0);
      boolean unhandled =
          Recordings.get(name).at("/result/MsgRct/ExitCode").asInt() == 22
              && name.startsWith(CALL)
              && call.path("To").asText().equals("t01009");
      if (unhandled) {
        provider.ask(
            name,
            message(
                provider.key,
                provider.miner,
                TokenAmount.ZERO,
                call.get("Method").asLong(),
                Bytes.empty()),
            HEAD);
      }
    }
  }
}
