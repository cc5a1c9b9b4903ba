package io.granary.bridge.client;

import io.granary.bridge.file.OwnerOnlyFile;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Downloads one answer of a provider's HTTP server into a file. An answer that breaks off or falls
 * silent is taken up again where it ended, by {@code Range} and {@code If-Range} (RFC 9110, 13.1.5
 * and 14.2), when the server has named the content by a strong ETag; a server that answers with the
 * whole, because it has other content by then, is read from its start. What came is the caller's to
 * check. Blocks; thread-safe.
 */
final class HttpFetch {
  private static final int REASON_BYTES_MAX = 400;
  private static final int OK = 200;
  private static final int PARTIAL = 206;
  private static final int SERVER_ERROR = 500;

  private final HttpClient http;
  private final ClientSettings settings;

  HttpFetch(ClientSettings settings) {
    this.settings = settings;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(settings.httpConnectLimit())
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();
  }

  /**
   * Writes the answer to the new file {@code target}.
   *
   * @param bytesMax more are refused
   * @param progress hears of the bytes received so far
   * @throws ClientException when the server refuses, breaks off or falls silent once too often, or
   *     sends more
   */
  void get(URI url, String accept, Path target, long bytesMax, LongConsumer progress) {
    try (FileChannel channel = OwnerOnlyFile.createEmpty(target)) {
      PartialFile file = new PartialFile(channel, bytesMax, progress);
      for (int resumed = 0; ; resumed++) {
        try {
          attempt(url, accept, file);
          return;
        } catch (BrokenOff e) {
          if (file.failure().isPresent()) {
            throw new ClientException(url + ": " + file.failure().get(), e);
          }
          if (!file.resumable() || resumed >= settings.downloadResumesMax()) {
            throw new ClientException(String.valueOf(e.getMessage()), e);
          }
        }
        Waiting.pause(settings.downloadResumePause());
      }
    } catch (IOException e) {
      throw new ClientException("cannot write " + target + ": " + e.getMessage(), e);
    }
  }

  private void attempt(URI url, String accept, PartialFile file) throws BrokenOff {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url)
            .timeout(settings.httpAnswerLimit())
            .header("Accept", accept)
            .GET();
    if (file.resumable()) {
      request
          .header("Range", "bytes=" + file.received() + "-")
          .header("If-Range", file.etag().orElseThrow());
    }
    HttpResponse<String> response =
        await(http.sendAsync(request.build(), info -> body(info, file)), file, url);
    int status = response.statusCode();
    if (status == OK || status == PARTIAL) {
      if (file.failure().isPresent() || file.incomplete()) {
        throw new BrokenOff(url + ": the answer is only a part of the rest", null);
      }
      return;
    }
    String refusal = url + ": HTTP " + status + " " + response.body().strip();
    if (status >= SERVER_ERROR && file.resumable()) {
      throw new BrokenOff(refusal, null);
    }
    throw new ClientException(refusal);
  }

  private static HttpResponse.BodySubscriber<String> body(
      HttpResponse.ResponseInfo info, PartialFile file) {
    if (info.statusCode() == OK) {
      return new Download(file, file.restart(info.headers()));
    }
    return info.statusCode() == PARTIAL
        ? new Download(file, file.goOn(info.headers()))
        : new Reason();
  }

  /** Ends the attempt when nothing comes any more. */
  private HttpResponse<String> await(
      CompletableFuture<HttpResponse<String>> answer, PartialFile file, URI url) throws BrokenOff {
    long seen = -1;
    try {
      while (true) {
        try {
          return answer.get(settings.httpSilentLimit().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
          if (file.received() == seen) {
            boolean unused = answer.cancel(true);
            throw new BrokenOff(
                url + ": nothing more came for " + settings.httpSilentLimit().toSeconds() + " s",
                e);
          }
          seen = file.received();
        }
      }
    } catch (ExecutionException e) {
      throw new BrokenOff(url + ": " + Waiting.message(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClientException(url + ": interrupted", e);
    } finally {
      file.endAttempt();
    }
  }

  /** An answer ended before its end; the rest may be had by asking again. */
  private static final class BrokenOff extends Exception {
    private static final long serialVersionUID = 1L;

    BrokenOff(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The body into a file, asked for part by part, so that nothing piles up. */
  private static final class Download implements HttpResponse.BodySubscriber<String> {
    private final PartialFile file;
    private final int attempt;
    private final CompletableFuture<String> done = new CompletableFuture<>();
    private Flow.Subscription subscription = NONE;

    private static final Flow.Subscription NONE =
        new Flow.Subscription() {
          @Override
          public void request(long n) {}

          @Override
          public void cancel() {}
        };

    Download(PartialFile file, int attempt) {
      this.file = file;
      this.attempt = attempt;
    }

    @Override
    public CompletionStage<String> getBody() {
      return done;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription = given;
      given.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> parts) {
      if (file.write(attempt, parts)) {
        subscription.request(1);
      } else {
        subscription.cancel();
        done.completeExceptionally(new IOException("what comes is not taken any more"));
      }
    }

    @Override
    public void onError(Throwable problem) {
      done.completeExceptionally(problem);
    }

    @Override
    public void onComplete() {
      done.complete("");
    }
  }

  /** The first bytes of a refusal. */
  private static final class Reason implements HttpResponse.BodySubscriber<String> {
    private final CompletableFuture<String> done = new CompletableFuture<>();
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<String> getBody() {
      return done;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> parts) {
      for (ByteBuffer part : parts) {
        if (text.length() < REASON_BYTES_MAX) {
          String more = StandardCharsets.UTF_8.decode(part).toString();
          text.append(more, 0, Math.min(more.length(), REASON_BYTES_MAX - text.length()));
        }
      }
    }

    @Override
    public void onError(Throwable problem) {
      done.completeExceptionally(problem);
    }

    @Override
    public void onComplete() {
      done.complete(text.toString());
    }
  }
}
