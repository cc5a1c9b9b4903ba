package io.granary.ops.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.bridge.ipni.Announcer;
import io.granary.bridge.libp2p.peer.Identity;
import io.granary.bridge.libp2p.peer.Multiaddr;
import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HeadNewsIT {
  private static final Cid FIRST = Cid.dagCborBlake2b(Bytes.fromHex("01"));
  private static final Cid SECOND = Cid.dagCborBlake2b(Bytes.fromHex("02"));

  private IndexerOnPaper good = started();
  private IndexerOnPaper bad = started();
  private Instant now = Instant.parse("2026-01-02T03:04:05Z");
  private HeadNews news = news();

  private static IndexerOnPaper started() {
    try {
      return new IndexerOnPaper();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private HeadNews news() {
    Announcer announcer =
        new Announcer(
            HttpClient.newHttpClient(),
            List.of(good.url(), bad.url()),
            List.of(Multiaddr.parse("/dns4/sp.example/tcp/443/https")),
            Identity.generate().peerId(),
            Duration.ofSeconds(20));
    return new HeadNews(announcer, () -> now);
  }

  @BeforeEach
  void refuse() {
    bad.answer(503);
  }

  @AfterEach
  void close() {
    good.close();
    bad.close();
  }

  @Test
  void tellsAgainWhoDidNotHear_andNobodyElse() {
    news.tell(FIRST);
    news.tell(FIRST);
    assertThat(bad.told()).isEqualTo(1);
    now = now.plus(HeadNews.FIRST_PAUSE);
    news.tell(FIRST);
    now = now.plus(HeadNews.FIRST_PAUSE);
    news.tell(FIRST);
    assertThat(bad.told()).isEqualTo(2);
    bad.answer(204);
    now = now.plus(HeadNews.FIRST_PAUSE);
    news.tell(FIRST);
    now = now.plus(Duration.ofDays(1));
    news.tell(FIRST);
    assertThat(bad.told()).isEqualTo(3);
    assertThat(good.told()).isEqualTo(1);
  }

  @Test
  void tellsAllAtOnce_whenThereIsANewerHead() {
    news.tell(FIRST);
    news.tell(SECOND);
    assertThat(List.of(good.told(), bad.told())).containsExactly(2, 2);
  }

  @Test
  void givesUp_whenAnIndexerNeverHears() {
    for (int look = 0; look < 3 * HeadNews.TRIES_MAX; look++) {
      news.tell(FIRST);
      now = now.plus(Duration.ofDays(1));
    }
    assertThat(bad.told()).isEqualTo(HeadNews.TRIES_MAX);
    assertThat(good.told()).isEqualTo(1);
  }
}
