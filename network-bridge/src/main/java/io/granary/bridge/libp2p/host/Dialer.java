package io.granary.bridge.libp2p.host;

import io.granary.bridge.libp2p.P2pException;
import io.granary.bridge.libp2p.limit.ConnectionSlot;
import io.granary.bridge.libp2p.limit.LimitException;
import io.granary.bridge.libp2p.peer.Multiaddr;
import io.granary.bridge.libp2p.peer.MultiaddrProtocol;
import io.granary.bridge.libp2p.peer.PeerId;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Connects to a peer, one address after the other. */
final class Dialer implements AutoCloseable {
  private final Names names;
  private final EventLoopGroup group;
  private final ConnectionUpgrade.Parts parts;

  Dialer(EventLoopGroup group, ConnectionUpgrade.Parts parts, Names names) {
    this.names = names;
    this.group = group;
    this.parts = parts;
  }

  /** Done with the first address that leads to {@code peer}; fails with a {@link P2pException}. */
  Future<Connection> dial(PeerId peer, List<Multiaddr> addresses) {
    Promise<Connection> dialed = group.next().newPromise();
    List<Multiaddr> usable =
        addresses.stream()
            .filter(address -> isUsable(address, peer))
            .distinct()
            .limit(parts.settings().dialAddressesMax())
            .collect(Collectors.toList());
    if (usable.isEmpty()) {
      return dialed.setFailure(
          new P2pException("no address of " + peer + " that can be dialed in " + addresses));
    }
    new Attempt(peer, new ArrayDeque<>(usable), dialed).next();
    return dialed;
  }

  /** TCP and nothing on top of it, for this peer or whoever is there. */
  private static boolean isUsable(Multiaddr address, PeerId peer) {
    boolean others = address.peer().filter(named -> !named.equals(peer)).isPresent();
    boolean plain =
        address.parts().stream().skip(2).allMatch(part -> part.protocol() == MultiaddrProtocol.P2P);
    return address.tcp().isPresent() && plain && !others;
  }

  @Override
  public void close() {
    names.close();
  }

  /** One step after the other, each on the event loop of the address that is tried. */
  private final class Attempt {
    private final PeerId peer;
    private final Deque<Multiaddr> left;
    private final Promise<Connection> dialed;
    private final List<String> problems = new ArrayList<>();

    Attempt(PeerId peer, Deque<Multiaddr> left, Promise<Connection> dialed) {
      this.peer = peer;
      this.left = left;
      this.dialed = dialed;
    }

    void next() {
      Multiaddr address = left.poll();
      if (address == null) {
        dialed.tryFailure(
            new P2pException("cannot connect to " + peer + ": " + String.join("; ", problems)));
        return;
      }
      ConnectionSlot slot;
      try {
        slot = parts.resources().dial();
      } catch (LimitException e) {
        dialed.tryFailure(e);
        return;
      }
      EventLoop loop = group.next();
      Promise<Connection> up = loop.newPromise();
      up.addListener(
          (Future<Connection> outcome) -> {
            if (!outcome.isSuccess()) {
              slot.close();
              problems.add(address + ": " + outcome.cause().getMessage());
              next();
            } else if (!dialed.trySuccess(outcome.getNow())) {
              ChannelFuture unused = outcome.getNow().channel().close();
            }
          });
      open(address.tcp().orElseThrow(), loop, slot, up);
    }

    /** {@code up} is done in any case. */
    private void open(
        Multiaddr.TcpTarget target, EventLoop loop, ConnectionSlot slot, Promise<Connection> up) {
      guarded(
          up,
          () ->
              names
                  .resolve(target, loop, parts.settings().connectLimit())
                  .addListener(
                      (Future<InetSocketAddress> found) -> {
                        if (found.isSuccess()) {
                          guarded(up, () -> connect(found.getNow(), loop, slot, up));
                        } else {
                          up.tryFailure(found.cause());
                        }
                      }));
    }

    private void connect(
        InetSocketAddress address, EventLoop loop, ConnectionSlot slot, Promise<Connection> up) {
      Bootstrap bootstrap =
          new Bootstrap()
              .group(loop)
              .channel(NioSocketChannel.class)
              .option(ChannelOption.TCP_NODELAY, true)
              .option(
                  ChannelOption.CONNECT_TIMEOUT_MILLIS,
                  Math.toIntExact(parts.settings().connectLimit().toMillis()))
              .handler(
                  new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                      channel.closeFuture().addListener(unused -> slot.close());
                    }
                  });
      bootstrap
          .connect(address)
          .addListener(
              (ChannelFuture connected) -> {
                if (connected.isSuccess()) {
                  closeUnlessUp(connected.channel(), up);
                  guarded(up, () -> upgrade(connected.channel(), slot, up));
                } else {
                  up.tryFailure(connected.cause());
                }
              });
    }

    private void closeUnlessUp(Channel channel, Promise<Connection> up) {
      up.addListener(
          outcome -> {
            if (!outcome.isSuccess()) {
              ChannelFuture unused = channel.close();
            }
          });
    }

    private void upgrade(Channel channel, ConnectionSlot slot, Promise<Connection> up) {
      ConnectionUpgrade.start(parts, channel, slot, Optional.of(peer))
          .addListener(
              (Future<Connection> done) -> {
                if (done.isSuccess()) {
                  up.trySuccess(done.getNow());
                } else {
                  up.tryFailure(done.cause());
                }
              });
    }

    /** What a step throws, such as an event loop that is shut down, is the end of this address. */
    private void guarded(Promise<Connection> up, Runnable step) {
      try {
        step.run();
      } catch (RuntimeException e) {
        up.tryFailure(e);
      }
    }
  }
}
