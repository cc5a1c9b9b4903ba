package io.granary.ops.scenario;

import io.granary.ops.scenario.SenderLife.End;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.HeadChange;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.port.ChainGateway;
import io.granary.protocol.port.SpendFence;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Chain node and store as one {@link SenderLife} reaches them: every call goes to the real one, and
 * may be the life's last, before it is made or before its answer arrives. Safe for any thread.
 */
final class MortalChain implements InvocationHandler, SpendFence {
  private final ChainGateway chain;
  private final SpendFence fence;
  private final SenderLife life;

  /** Nonces that were claimed in this life and not signed yet: what is signed with one is new. */
  private final Set<Long> claimed = new HashSet<>();

  /** Messages signed in this life and not pushed yet; true for a replacement. */
  private final Map<Cid, Boolean> unpushed = new HashMap<>();

  MortalChain(ChainGateway chain, SpendFence fence, SenderLife life) {
    this.chain = chain;
    this.fence = fence;
    this.life = life;
  }

  /** The chain node. */
  ChainGateway gateway() {
    return (ChainGateway)
        Proxy.newProxyInstance(
            ChainGateway.class.getClassLoader(), new Class<?>[] {ChainGateway.class}, this);
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] args) throws Throwable {
    return switch (method.getName()) {
      case "subscribe" -> subscribe(args[0]);
      case "estimateGas" -> {
        boolean again = ((Message) args[0]).gasLimit() > 0;
        End due = again ? End.REPLACEMENT_DUE : End.INTENT_RECORDED;
        yield call(Optional.of(due), value -> Optional.empty(), () -> real(method, args));
      }
      case "walletSignMessage" ->
          call(Optional.empty(), this::afterSigning, () -> real(method, args));
      case "push" -> push((SignedMessage) args[0], () -> real(method, args));
      default -> call(Optional.empty(), value -> Optional.empty(), () -> real(method, args));
    };
  }

  @SuppressWarnings("unchecked")
  private AutoCloseable subscribe(Object listener) {
    Consumer<HeadChange> real = (Consumer<HeadChange>) listener;
    return chain.subscribe(
        change -> {
          if (life.passes()) {
            real.accept(change);
          }
        });
  }

  private CompletionStage<Object> push(
      SignedMessage message, Supplier<CompletionStage<Object>> real) {
    Optional<Boolean> replacement;
    synchronized (this) {
      replacement = Optional.ofNullable(unpushed.remove(message.cid()));
    }
    return call(
        replacement.map(again -> again ? End.REPLACEMENT_RECORDED : End.SIGNING_RECORDED),
        cid -> replacement.map(again -> again ? End.REPLACEMENT_PUSHED : End.PUSHED),
        real);
  }

  /** The first signing of a nonce claimed in this life is its message's first. */
  private synchronized Optional<End> afterSigning(Object signed) {
    SignedMessage message = (SignedMessage) signed;
    boolean first = claimed.remove(message.message().nonce());
    unpushed.put(message.cid(), !first);
    return Optional.of(first ? End.SIGNED : End.REPLACEMENT_SIGNED);
  }

  @SuppressWarnings("unchecked")
  private CompletionStage<Object> real(Method method, Object[] args) {
    try {
      return (CompletionStage<Object>) method.invoke(chain, args);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(method.getName(), e.getCause());
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(method.getName(), e);
    }
  }

  @Override
  public CompletionStage<NonceClaim> claimNonce(Address address, long nonce, String intent) {
    return call(
        Optional.of(End.NONCE_RESERVED),
        claim -> {
          if (claim instanceof NonceClaim.Granted) {
            synchronized (this) {
              claimed.add(nonce);
            }
          }
          return Optional.of(End.NONCE_CLAIMED);
        },
        () -> fence.claimNonce(address, nonce, intent));
  }

  @Override
  public CompletionStage<Boolean> loseNonce(Address address, long nonce, String intent) {
    return call(
        Optional.empty(), held -> Optional.empty(), () -> fence.loseNonce(address, nonce, intent));
  }

  /**
   * Makes a call.
   *
   * @param before the step it begins, if life may end there
   * @param after the step it ends, asked when it has
   */
  private <T> CompletionStage<T> call(
      Optional<End> before, Function<T, Optional<End>> after, Supplier<CompletionStage<T>> real) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    if (!before.map(life::passes).orElseGet(life::passes)) {
      return answer;
    }
    real.get()
        .whenComplete(
            (value, error) -> {
              if (error != null) {
                if (life.passes()) {
                  answer.completeExceptionally(error);
                }
              } else if (after.apply(value).map(life::passes).orElseGet(life::passes)) {
                answer.complete(value);
              }
            });
    return answer;
  }
}
