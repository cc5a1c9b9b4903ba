package io.granary.bridge.chain;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Collects a response's body, and breaks off when it grows beyond its bound. */
final class BoundedBody implements BodySubscriber<byte[]> {
  private final int bytesMax;
  private final ByteArrayOutputStream collected = new ByteArrayOutputStream();
  private final CompletableFuture<byte[]> body = new CompletableFuture<>();
  private Flow.@Nullable Subscription subscription;

  private BoundedBody(int bytesMax) {
    this.bytesMax = bytesMax;
  }

  /** A handler for bodies of at most {@code bytesMax} bytes. */
  static BodyHandler<byte[]> handler(int bytesMax) {
    return info -> new BoundedBody(bytesMax);
  }

  @Override
  public CompletionStage<byte[]> getBody() {
    return body;
  }

  @Override
  public void onSubscribe(Flow.Subscription incoming) {
    subscription = incoming;
    incoming.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    for (ByteBuffer buffer : buffers) {
      int length = buffer.remaining();
      if (length > bytesMax - collected.size()) {
        Flow.Subscription open = subscription;
        if (open != null) {
          open.cancel();
        }
        body.completeExceptionally(new IOException("answer longer than " + bytesMax + " bytes"));
        return;
      }
      byte[] bytes = new byte[length];
      buffer.get(bytes);
      collected.write(bytes, 0, length);
    }
  }

  @Override
  public void onError(Throwable error) {
    body.completeExceptionally(error);
  }

  @Override
  public void onComplete() {
    body.complete(collected.toByteArray());
  }
}
