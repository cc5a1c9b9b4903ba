package io.granary.bridge.deal;

import io.granary.bridge.libp2p.P2pHost;
import io.granary.bridge.libp2p.P2pStream;
import io.granary.protocol.Bytes;
import io.granary.protocol.deal.AskRequest;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.DealParams;
import io.granary.protocol.deal.DealResponse;
import io.granary.protocol.deal.DealStatusRequest;
import io.granary.protocol.deal.DealStatusResponse;
import io.granary.protocol.port.DealDesk;
import io.netty.channel.ChannelHandlerContext;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * Serves the deal protocols. Every request is answered: one that cannot be read, that comes while
 * too many are under way, that the desk cannot decide or not in time gets a refusal with the
 * reason. An ask has no place for a reason, and "no ask" would say that the miner is none of ours:
 * there the stream is reset.
 */
public final class DealEndpoint {
  /** Proposals, in order of preference. Boost's client opens 1.2.0 and looks for it in identify. */
  public static final List<String> PROPOSE =
      List.of("/fil/storage/mk/1.2.1", "/fil/storage/mk/1.2.0");

  public static final String STATUS = "/fil/storage/status/1.2.0";
  public static final String ASK = "/fil/storage/ask/1.1.0";
  public static final String TRANSPORTS = "/fil/retrieval/transports/1.0.0";

  /** The longest request for a status or an ask: an id and a signature, or an address. */
  static final int SMALL_REQUEST_BYTES_MAX = 4096;

  private final DealEndpointSettings settings;
  private final Executor deskExecutor;
  private final RequestPool pool;

  private DealEndpoint(DealEndpointSettings settings, Executor deskExecutor) {
    this.settings = settings;
    this.deskExecutor = deskExecutor;
    this.pool =
        new RequestPool(
            settings.requestsMax(), settings.requestsPerPeerMax(), settings.deskInFlightMax());
  }

  /**
   * Serves the protocols on {@code host} from now on.
   *
   * @param deskExecutor where the desk is asked, at most {@code desk-in-flight-max} times at once
   */
  public static DealEndpoint serve(
      P2pHost host, DealDesk desk, DealEndpointSettings settings, Executor deskExecutor) {
    DealEndpoint endpoint = new DealEndpoint(settings, deskExecutor);
    for (String protocol : PROPOSE) {
      endpoint.serve(host, protocol, endpoint.proposals(desk));
    }
    endpoint.serve(host, STATUS, endpoint.statuses(desk));
    endpoint.serve(host, ASK, endpoint.asks(desk));
    Bytes transports = settings.retrieval().toCbor();
    host.serve(TRANSPORTS, stream -> stream.pushHandler(new Told(stream, settings, transports)));
    return endpoint;
  }

  private <Q> void serve(P2pHost host, String protocol, DealService<Q> service) {
    host.serve(
        protocol,
        stream ->
            stream.pushHandler(new RequestStream<>(stream, service, settings, pool, deskExecutor)));
  }

  private DealService<DealParams> proposals(DealDesk desk) {
    return new DealService<>(
        settings.requestBytesMax(),
        DealParams::fromCbor,
        desk::propose,
        (params, reason) -> Optional.of(DealResponse.no(reason)));
  }

  private DealService<DealStatusRequest> statuses(DealDesk desk) {
    return new DealService<>(
        Math.min(settings.requestBytesMax(), SMALL_REQUEST_BYTES_MAX),
        DealStatusRequest::fromCbor,
        desk::status,
        (request, reason) ->
            Optional.of(
                DealStatusResponse.failed(
                    request.map(DealStatusRequest::id).orElse(DealId.ZERO), reason)));
  }

  private DealService<AskRequest> asks(DealDesk desk) {
    return new DealService<>(
        Math.min(settings.requestBytesMax(), SMALL_REQUEST_BYTES_MAX),
        AskRequest::fromCbor,
        desk::ask,
        (request, reason) -> Optional.empty());
  }

  /** Requests under way: being read, waiting, at the desk. */
  public int requests() {
    return pool.tickets();
  }

  /** Requests at the desk. */
  public int atDesk() {
    return pool.turns();
  }

  /** A client that asks by opening the stream. */
  private static final class Told extends LastWord {
    private final Bytes answer;

    Told(P2pStream stream, DealEndpointSettings settings, Bytes answer) {
      super(stream, settings);
      this.answer = answer;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
      say(ctx, answer);
    }
  }
}
