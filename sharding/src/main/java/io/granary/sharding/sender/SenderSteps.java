package io.granary.sharding.sender;

import akka.actor.typed.javadsl.ActorContext;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.sender.IntentState;
import io.granary.protocol.sender.MessageIntent;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * The steps a sender takes outside itself: each asks the chain, the wallet or the store once and
 * comes back as one of its own commands. Decides nothing.
 */
final class SenderSteps {
  private final ActorContext<SenderCommand> context;
  private final Address address;
  private final SenderPorts ports;
  private final SenderChain chain;

  SenderSteps(ActorContext<SenderCommand> context, Address address, SenderPorts ports) {
    this.context = context;
    this.address = address;
    this.ports = ports;
    this.chain = new SenderChain(ports.chain(), address);
  }

  void head() {
    context.pipeToSelf(
        ports.chain().head(),
        (tipSet, error) ->
            tipSet == null
                ? new SenderCommand.HeadUnknown(cause(error))
                : new SenderCommand.HeadSeen(
                    new Tick(tipSet.height(), tipSet.key(), ports.clock().instant())));
  }

  void price(MessageIntent intent, TokenAmount feeMax) {
    String id = intent.intentId();
    context.pipeToSelf(
        chain.price(intent.message(), feeMax),
        (price, error) ->
            price == null
                ? new SenderCommand.PricingFailed(id, cause(error))
                : new SenderCommand.PriceHeard(id, price));
  }

  void nonce(String id) {
    context.pipeToSelf(
        ports.chain().nonce(address),
        (nonce, error) ->
            nonce == null
                ? new SenderCommand.SigningFailed(id, "read the nonce", cause(error))
                : new SenderCommand.NonceHeard(id, nonce));
  }

  void claim(IntentState.Reserved reserved) {
    String id = reserved.intent().intentId();
    context.pipeToSelf(
        ports.fence().claimNonce(address, reserved.message().nonce(), id),
        (ours, error) ->
            ours == null
                ? new SenderCommand.SigningFailed(id, "claim the nonce", cause(error))
                : new SenderCommand.NonceClaimed(id, ours));
  }

  void sign(String id, Message message, boolean replaces) {
    context.pipeToSelf(
        ports.chain().walletSignMessage(address, message),
        (signed, error) -> {
          if (signed == null) {
            return new SenderCommand.SigningFailed(id, "sign", cause(error));
          }
          return signed.message().equals(message)
              ? new SenderCommand.WalletSigned(id, signed, replaces)
              : new SenderCommand.SigningFailed(
                  id, "sign", new IllegalStateException("the wallet signed another message"));
        });
  }

  void push(String id, SignedMessage signed) {
    context.pipeToSelf(
        ports.chain().push(signed),
        (cid, error) ->
            new SenderCommand.Pushed(
                id, cid == null ? Optional.of(cause(error)) : Optional.empty()));
  }

  void find(String id, IntentState.Signed signed, TipSetKey head) {
    Cid latest = signed.latest().cid();
    context.pipeToSelf(
        chain.find(signed.variants(), head),
        (where, error) ->
            where == null
                ? new SenderCommand.SearchFailed(id, cause(error))
                : new SenderCommand.Found(id, latest, where));
  }

  private static Throwable cause(@Nullable Throwable error) {
    if (error == null) {
      return new IllegalStateException("a stage ended with neither value nor error");
    }
    return error instanceof CompletionException && error.getCause() != null
        ? error.getCause()
        : error;
  }
}
