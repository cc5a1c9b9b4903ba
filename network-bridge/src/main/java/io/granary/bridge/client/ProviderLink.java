package io.granary.bridge.client;

import io.granary.bridge.deal.DealEndpoint;
import io.granary.bridge.libp2p.P2pHost;
import io.granary.bridge.libp2p.P2pStream;
import io.granary.protocol.Bytes;
import io.granary.protocol.address.Address;
import io.granary.protocol.deal.AskRequest;
import io.granary.protocol.deal.AskResponse;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.DealParams;
import io.granary.protocol.deal.DealResponse;
import io.granary.protocol.deal.DealStatusRequest;
import io.granary.protocol.deal.DealStatusResponse;
import io.granary.protocol.deal.RetrievalTransports;
import io.granary.protocol.deal.SignedStorageAsk;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Speaks with one provider in Boost's protocols, one stream a question. Blocks; for threads of a
 * command line. Thread-safe.
 */
public final class ProviderLink {
  public static final String ASK = DealEndpoint.ASK;
  public static final String STATUS = DealEndpoint.STATUS;
  public static final String TRANSPORTS = DealEndpoint.TRANSPORTS;

  /** The proposal with its two flags. */
  public static final String DEAL_121 = "/fil/storage/mk/1.2.1";

  /** The proposal as it first was. */
  public static final String DEAL_120 = "/fil/storage/mk/1.2.0";

  private final P2pHost host;
  private final Provider provider;
  private final ClientSettings settings;

  /** Connects when first used. */
  public ProviderLink(P2pHost host, Provider provider, ClientSettings settings) {
    this.host = host;
    this.provider = provider;
    this.settings = settings;
  }

  public Provider provider() {
    return provider;
  }

  /**
   * What the provider asks for.
   *
   * @throws ClientException when no answer comes, or the provider has no ask for this miner
   */
  public SignedStorageAsk ask() {
    AskRequest request = new AskRequest(Optional.of(provider.miner()));
    AskResponse answer =
        exchange(List.of(ASK), protocol -> request.toCbor(), AskResponse::fromCbor, "its ask");
    SignedStorageAsk ask =
        answer
            .ask()
            .orElseThrow(() -> new ClientException(provider + " has no ask for this miner"));
    if (!ask.ask().miner().equals(provider.miner())) {
      throw new ClientException(provider + " answers with the ask of " + ask.ask().miner());
    }
    return ask;
  }

  /**
   * The same, when the miner's worker has signed it.
   *
   * @throws ClientException when it has not
   */
  public SignedStorageAsk ask(Address workerKey) {
    SignedStorageAsk ask = ask();
    if (!ask.signedBy(workerKey)) {
      throw new ClientException(
          provider + " answers with an ask that its worker " + workerKey + " did not sign");
    }
    return ask;
  }

  /**
   * Proposes a deal, by 1.2.1 or, to a provider without it, by 1.2.0. The proposal is sent once:
   * when no answer comes, nobody knows whether the provider has it, and {@link #status} tells.
   *
   * @throws ClientException when no answer comes
   */
  public DealResponse propose(DealParams params) {
    boolean flags = params.skipIpniAnnounce() || params.removeUnsealedCopy();
    Function<String, Bytes> form =
        protocol -> protocol.equals(DEAL_120) && !flags ? params.toCborOf120() : params.toCbor();
    return exchange(List.of(DEAL_121, DEAL_120), form, DealResponse::fromCbor, "a deal proposal");
  }

  /**
   * How far a deal is.
   *
   * @throws ClientException when no answer comes
   */
  public DealStatusResponse status(DealId id, DealSigner client) {
    Bytes request = new DealStatusRequest(id, Optional.of(client.sign(id.bytes()))).toCbor();
    DealStatusResponse answer =
        exchange(
            List.of(STATUS),
            protocol -> request,
            DealStatusResponse::fromCbor,
            "the status of a deal");
    if (!answer.id().equals(id) && answer.error().isEmpty()) {
      throw new ClientException(provider + " answers with the status of deal " + answer.id());
    }
    return answer;
  }

  /**
   * How data can be fetched back.
   *
   * @throws ClientException when no answer comes
   */
  public RetrievalTransports transports() {
    return exchange(
        List.of(TRANSPORTS),
        protocol -> Bytes.empty(),
        RetrievalTransports::fromCbor,
        "its ways of retrieval");
  }

  private <T> T exchange(
      List<String> protocols,
      Function<String, Bytes> request,
      Function<Bytes, T> read,
      String what) {
    String about = "asking " + provider + " for " + what;
    Bytes answer = answer(protocols, request, about);
    try {
      return read.apply(answer);
    } catch (IllegalArgumentException e) {
      throw new ClientException(about + ": the answer has another form: " + e.getMessage(), e);
    }
  }

  /** Tries again only as long as no stream was had: until then nothing of ours was sent. */
  private Bytes answer(List<String> protocols, Function<String, Bytes> request, String about) {
    Duration pause = settings.openPause();
    for (int attempt = 1; ; attempt++) {
      OneItem item = new OneItem(request);
      try {
        open(protocols, item, about);
        return Waiting.get(item.answer(), settings.answerLimit(), about);
      } catch (ClientException e) {
        if (item.begun() || attempt >= settings.openTries()) {
          throw e;
        }
      } finally {
        item.giveUp();
      }
      Waiting.pause(pause);
      pause = pause.multipliedBy(2);
    }
  }

  private void open(List<String> protocols, OneItem item, String about) {
    P2pStream unused =
        Waiting.get(
            host.open(provider.peer(), provider.addresses(), protocols, item),
            settings.answerLimit(),
            about);
  }
}
