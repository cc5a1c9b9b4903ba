package io.granary.bridge.libp2p.host;

import io.granary.bridge.libp2p.Libp2pSettings;
import io.granary.bridge.libp2p.P2pException;
import io.granary.bridge.libp2p.P2pHost;
import io.granary.bridge.libp2p.P2pStream;
import io.granary.bridge.libp2p.RemotePeer;
import io.granary.bridge.libp2p.StreamHandler;
import io.granary.bridge.libp2p.limit.ConnectionSlot;
import io.granary.bridge.libp2p.limit.LimitException;
import io.granary.bridge.libp2p.limit.Resources;
import io.granary.bridge.libp2p.peer.Identity;
import io.granary.bridge.libp2p.peer.Multiaddr;
import io.granary.bridge.libp2p.peer.PeerId;
import io.granary.bridge.libp2p.secure.FrameCiphers;
import io.granary.bridge.libp2p.yamux.YamuxCodes;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The host on Netty: TCP, Noise, yamux. */
public final class NettyHost implements P2pHost {
  private static final Logger LOG = LoggerFactory.getLogger(NettyHost.class);

  /** For open connections to say good-bye. */
  private static final long CLOSE_QUIET_MILLIS = 50;

  private static final long CLOSE_LIMIT_MILLIS = 2_000;

  private final Identity identity;
  private final Libp2pSettings settings;
  private final Resources resources;
  private final EventLoopGroup group;
  private final StreamTable table = new StreamTable();
  private final ConnectionTable connections = new ConnectionTable();
  private final Streams streams;
  private final Identify identify;
  private final ConnectionUpgrade.Parts parts;
  private final Dialer dialer;
  private final Map<PeerId, CompletableFuture<Connection>> dialing = new ConcurrentHashMap<>();
  private final List<Channel> servers = new ArrayList<>();
  private volatile boolean closed;

  private NettyHost(Identity identity, Libp2pSettings settings, Names names) {
    this.identity = identity;
    this.settings = settings;
    this.resources = new Resources(settings.limits(), System::nanoTime);
    this.group =
        new NioEventLoopGroup(settings.threads(), new DefaultThreadFactory("libp2p", true));
    this.streams = new Streams(table, settings.streamNegotiation());
    this.identify =
        new Identify(
            identity,
            settings,
            streams,
            this::announcedAddresses,
            () -> List.copyOf(table.protocols()));
    this.parts = new ConnectionUpgrade.Parts(identity, settings, resources, streams);
    this.dialer = new Dialer(group, parts, names);
    table.add(PingResponder.PROTOCOL, new PingResponder(settings.pingIdleLimit()));
    table.add(IdentifyMessage.PROTOCOL, identify::tell);
    table.add(IdentifyMessage.PUSH, identify::hear);
  }

  /**
   * Listens on every address of the settings.
   *
   * @throws P2pException when one cannot be listened on; then nothing is
   */
  public static NettyHost start(Identity identity, Libp2pSettings settings) {
    return start(identity, settings, new Names(InetAddress::getAllByName));
  }

  /** With a name service of the caller's. */
  static NettyHost start(Identity identity, Libp2pSettings settings, Names names) {
    NettyHost host = new NettyHost(identity, settings, names);
    try {
      settings.listen().forEach(host::listen);
    } catch (P2pException e) {
      host.close();
      throw e;
    }
    LOG.info(
        "libp2p peer {} listens on {}, its frames are sealed by {}",
        identity.peerId(),
        host.listenAddresses(),
        FrameCiphers.inUse());
    return host;
  }

  private void listen(Multiaddr address) {
    Multiaddr.TcpTarget target =
        address
            .tcp()
            .orElseThrow(() -> new P2pException("cannot listen on " + address + ": not TCP"));
    ChannelFuture bound =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    accept(channel);
                  }
                })
            .bind(target.host(), target.port())
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new P2pException(
          "cannot listen on " + address + ": " + bound.cause().getMessage(), bound.cause());
    }
    servers.add(bound.channel());
  }

  private void accept(SocketChannel channel) {
    InetSocketAddress from = channel.remoteAddress();
    if (from == null) { // Gone before it was looked at.
      ChannelFuture unused = channel.close();
      return;
    }
    ConnectionSlot slot;
    try {
      slot = resources.accept(from.getAddress());
    } catch (LimitException e) {
      LOG.debug("a connection from {} is refused: {}", from, e.getMessage());
      ChannelFuture unused = channel.close();
      return;
    }
    channel.closeFuture().addListener(unused -> slot.close());
    ConnectionUpgrade.start(parts, channel, slot, Optional.empty())
        .addListener(
            (Future<Connection> up) -> {
              if (up.isSuccess()) {
                register(up.getNow());
              } else {
                LOG.debug("the connection from {} ended: {}", from, up.cause().getMessage());
              }
            });
  }

  private void register(Connection connection) {
    connections.add(connection);
    connection
        .channel()
        .closeFuture()
        .addListener(
            unused -> {
              connections.remove(connection);
              connection.identified().tryFailure(new P2pException(connection + " was closed"));
            });
    identify.ask(connection);
    IdleWatch.start(connection, settings.idleLimit());
    LOG.debug("connected {}", connection);
  }

  @Override
  public PeerId peerId() {
    return identity.peerId();
  }

  @Override
  public List<Multiaddr> listenAddresses() {
    return servers.stream().map(server -> Addresses.of(server.localAddress())).toList();
  }

  @Override
  public List<Multiaddr> publicAddresses() {
    return settings.announce().isEmpty()
        ? announcedAddresses().stream().filter(address -> !Addresses.isPrivate(address)).toList()
        : settings.announce();
  }

  private List<Multiaddr> announcedAddresses() {
    return settings.announce().isEmpty()
        ? Addresses.specified(listenAddresses(), Addresses::ofInterfaces)
        : settings.announce();
  }

  @Override
  public Set<String> protocols() {
    return table.protocols();
  }

  @Override
  public void serve(String protocol, StreamHandler handler) {
    table.add(protocol, handler);
    connections.all().forEach(identify::push);
  }

  @Override
  public CompletionStage<RemotePeer> connect(PeerId peer, List<Multiaddr> addresses) {
    return connection(peer, addresses)
        .thenCompose(connection -> stage(identify.known(connection), "identify"));
  }

  @Override
  public CompletionStage<P2pStream> open(
      PeerId peer, List<Multiaddr> addresses, List<String> protocols, StreamHandler handler) {
    return connection(peer, addresses)
        .thenCompose(connection -> stage(streams.open(connection, protocols, handler), "a stream"));
  }

  /** One dial of a peer at a time; who asks meanwhile gets its outcome. */
  private CompletionStage<Connection> connection(PeerId peer, List<Multiaddr> addresses) {
    Optional<Connection> open = connections.of(peer);
    if (open.isPresent()) {
      return CompletableFuture.completedStage(open.get());
    }
    CompletableFuture<Connection> mine = new CompletableFuture<>();
    CompletableFuture<Connection> underWay = dialing.putIfAbsent(peer, mine);
    if (underWay != null) {
      return underWay;
    }
    dial(peer, addresses, mine);
    if (closed) { // Which may have come before it was among those that closing ends.
      fail(peer, mine, hostClosed());
    }
    return mine;
  }

  /** {@code outcome} is completed whatever happens, unless the event loops end before. */
  private void dial(PeerId peer, List<Multiaddr> addresses, CompletableFuture<Connection> outcome) {
    try {
      dialer
          .dial(peer, addresses)
          .addListener((Future<Connection> dialed) -> dialed(peer, dialed, outcome));
    } catch (RuntimeException e) {
      fail(peer, outcome, new P2pException("cannot dial " + peer, e));
    }
  }

  private void dialed(
      PeerId peer, Future<Connection> dialed, CompletableFuture<Connection> outcome) {
    if (!dialed.isSuccess()) {
      fail(peer, outcome, ours(dialed.cause(), "a connection"));
      return;
    }
    Connection connection = dialed.getNow();
    try {
      register(connection);
      dialing.remove(peer, outcome);
      outcome.complete(connection);
    } catch (RuntimeException e) {
      ChannelFuture unused = connection.channel().close();
      fail(peer, outcome, new P2pException("cannot use a connection to " + peer, e));
    }
  }

  /** Forgotten first, so that who hears of it and dials again is not given the same outcome. */
  private void fail(PeerId peer, CompletableFuture<Connection> outcome, P2pException problem) {
    dialing.remove(peer, outcome);
    outcome.completeExceptionally(problem);
  }

  private P2pException hostClosed() {
    return new P2pException("the libp2p host " + peerId() + " is closed");
  }

  /** A Netty future as a stage that fails with a {@link P2pException}. */
  private static <T> CompletionStage<T> stage(Future<T> future, String what) {
    CompletableFuture<T> stage = new CompletableFuture<>();
    future.addListener(
        (Future<T> done) -> {
          if (done.isSuccess()) {
            stage.complete(done.getNow());
          } else {
            stage.completeExceptionally(ours(done.cause(), what));
          }
        });
    return stage;
  }

  private static P2pException ours(Throwable cause, String what) {
    return cause instanceof P2pException ours
        ? ours
        : new P2pException(what + ": " + cause.getMessage(), cause);
  }

  @Override
  public List<RemotePeer> peers() {
    return connections.all().stream().map(Connection::remote).toList();
  }

  /** What is open now, for the limits. */
  public Resources.Use use() {
    return resources.use();
  }

  @Override
  public void close() {
    closed = true;
    servers.forEach(server -> server.close().awaitUninterruptibly());
    connections.all().forEach(connection -> connection.session().goAway(YamuxCodes.SHUTDOWN));
    dialer.close();
    dialing.forEach((peer, dial) -> fail(peer, dial, hostClosed()));
    group
        .shutdownGracefully(CLOSE_QUIET_MILLIS, CLOSE_LIMIT_MILLIS, TimeUnit.MILLISECONDS)
        .awaitUninterruptibly();
  }
}
