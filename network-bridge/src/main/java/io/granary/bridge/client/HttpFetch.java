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

/** Downloads one answer of a provider's HTTP server into a file. Blocks; thread-safe. */
final class HttpFetch {
  private static final int REASON_BYTES_MAX = 400;
  private static final int OK = 200;

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
   * @throws ClientException when the server refuses, breaks off, falls silent or sends more
   */
  void get(URI url, String accept, Path target, long bytesMax, LongConsumer progress) {
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .timeout(settings.httpAnswerLimit())
            .header("Accept", accept)
            .GET()
            .build();
    try (FileChannel channel = OwnerOnlyFile.createEmpty(target)) {
      Download download = new Download(channel, bytesMax, progress);
      CompletableFuture<HttpResponse<String>> answer =
          http.sendAsync(request, info -> info.statusCode() == OK ? download : new Reason());
      HttpResponse<String> response = await(answer, download, url);
      if (response.statusCode() != OK) {
        throw new ClientException(
            url + ": HTTP " + response.statusCode() + " " + response.body().strip());
      }
    } catch (IOException e) {
      throw new ClientException("cannot write " + target + ": " + e.getMessage(), e);
    }
  }

  /** Ends the download when nothing comes any more. */
  private HttpResponse<String> await(
      CompletableFuture<HttpResponse<String>> answer, Download download, URI url) {
    long seen = -1;
    while (true) {
      try {
        return answer.get(settings.httpSilentLimit().toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        if (download.received == seen) {
          boolean unused = answer.cancel(true);
          throw new ClientException(
              url + ": nothing more came for " + settings.httpSilentLimit().toSeconds() + " s", e);
        }
        seen = download.received;
      } catch (ExecutionException e) {
        throw new ClientException(url + ": " + Waiting.message(e), e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ClientException(url + ": interrupted", e);
      }
    }
  }

  /** The body into a file, asked for part by part, so that nothing piles up. */
  private static final class Download implements HttpResponse.BodySubscriber<String> {
    private final FileChannel channel;
    private final long bytesMax;
    private final LongConsumer progress;
    private final CompletableFuture<String> done = new CompletableFuture<>();
    private volatile long received;
    private Flow.Subscription subscription = NONE;

    private static final Flow.Subscription NONE =
        new Flow.Subscription() {
          @Override
          public void request(long n) {}

          @Override
          public void cancel() {}
        };

    Download(FileChannel channel, long bytesMax, LongConsumer progress) {
      this.channel = channel;
      this.bytesMax = bytesMax;
      this.progress = progress;
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
      try {
        long total = received;
        for (ByteBuffer part : parts) {
          total += part.remaining();
          if (total > bytesMax) {
            throw new IOException("more than " + bytesMax + " bytes came");
          }
          while (part.hasRemaining()) {
            channel.write(part);
          }
        }
        received = total;
        progress.accept(total);
        subscription.request(1);
      } catch (IOException e) {
        subscription.cancel();
        done.completeExceptionally(e);
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
