package io.granary.bridge.client;

import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.BareValue;
import io.granary.protocol.actor.BuiltinActors;
import io.granary.protocol.actor.MarketMethod;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.MessageLookup;
import io.granary.protocol.chain.Receipt;
import io.granary.protocol.chain.SendSpec;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.port.ChainGateway;
import java.time.Duration;

/**
 * Puts money into the storage market's escrow, from which deals are paid (AddBalance of f05, as
 * {@code lotus wallet market add} does). The message is signed by whoever signs the deals. Blocks.
 */
public final class MarketFunds {
  /** Lotus waits for as many tipsets on top before it calls a message landed. */
  private static final long CONFIDENCE_EPOCHS = 1;

  private static final long LOOK_BACK_EPOCHS = 900;

  private final ChainGateway chain;
  private final ClientSettings settings;

  /** Asks {@code chain}. */
  public MarketFunds(ChainGateway chain, ClientSettings settings) {
    this.chain = chain;
    this.settings = settings;
  }

  /**
   * Adds {@code amount} of the signer's to the escrow of {@code owner}: a client, or a provider by
   * its f0 address. Called twice it adds twice.
   *
   * @return the message, which has landed
   * @throws ClientException when it is refused, fails, or has not landed within {@code
   *     granary.network-bridge.client.land-limit}; then it may still land
   */
  public Cid add(DealSigner signer, Address owner, TokenAmount amount) {
    if (amount.compareTo(TokenAmount.ZERO) <= 0) {
      throw new ClientException("more than nothing has to be added, not " + amount + " attoFIL");
    }
    Message priced =
        Waiting.get(
            chain.estimateGas(
                message(signer.address(), owner, amount), SendSpec.DEFAULT, TipSetKey.HEAD),
            settings.chainLimit(),
            "the chain node pricing the message of " + signer.address());
    long nonce =
        Waiting.get(
            chain.nonce(signer.address()),
            settings.chainLimit(),
            "the chain node on the nonce of " + signer.address());
    Message whole = priced.withNonce(nonce);
    SignedMessage signed = new SignedMessage(whole, signer.sign(whole.signingBytes()));
    Cid cid =
        Waiting.get(
            chain.push(signed), settings.chainLimit(), "the chain node taking " + signed.cid());
    requireSuccess(cid, landed(cid, settings.landLimit()));
    return cid;
  }

  private static Message message(Address from, Address owner, TokenAmount amount) {
    return Message.of(
        from,
        BuiltinActors.STORAGE_MARKET,
        amount,
        MarketMethod.ADD_BALANCE,
        BareValue.ofAddress(owner));
  }

  private Receipt landed(Cid cid, Duration limit) {
    MessageLookup lookup =
        Waiting.get(
            chain.waitMessage(cid, CONFIDENCE_EPOCHS, LOOK_BACK_EPOCHS, true),
            limit,
            "message " + cid + " landing");
    return lookup.receipt();
  }

  private static void requireSuccess(Cid cid, Receipt receipt) {
    if (!receipt.succeeded()) {
      throw new ClientException("message " + cid + " failed with exit code " + receipt.exitCode());
    }
  }
}
