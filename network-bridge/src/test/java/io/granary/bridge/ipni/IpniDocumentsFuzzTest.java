package io.granary.bridge.ipni;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.fuzz.Parsing;
import io.granary.protocol.json.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Documents for indexers, made of multihashes and texts that come from clients. */
class IpniDocumentsFuzzTest {
  private static final int PART_BYTES = 34;

  /** A JSON tree has an object for each of a few bytes. */
  private static final long FIXED_BYTES = 4 << 20;

  @FuzzTest
  void sayWhatWasPutIn_whateverItIs(byte[] input) {
    List<Bytes> hashes = new ArrayList<>();
    for (int at = 0; at < input.length; at += PART_BYTES) {
      hashes.add(Bytes.of(input, at, Math.min(PART_BYTES, input.length - at)));
    }
    List<Bytes> some = hashes.subList(0, Math.min(hashes.size(), EntryChunk.MULTIHASHES_MAX));
    Optional<Cid> next = Optional.of(Advertisement.NO_ENTRIES);
    EntryChunk chunk =
        Parsing.of(input.length, FIXED_BYTES, () -> new EntryChunk(some, next)).orElseThrow();
    assertThat(cborEntries(chunk.dagCbor().data())).isEqualTo(chunk);
    assertThat(jsonEntries(chunk.dagJson().data())).isEqualTo(some);
    texts(new String(input, StandardCharsets.UTF_8));
  }

  private static EntryChunk cborEntries(Bytes data) {
    return CborReader.decode(
        data,
        "chunk",
        reader -> {
          int start = data.at(0) & 0xff;
          assertThat(start).isEqualTo(0xa2);
          var fields = reader.fields("");
          return new EntryChunk(
              fields.get(
                  "Entries",
                  r -> r.list("", CborReader.MAX_LIST_ITEMS, item -> item.bytes("", PART_BYTES)),
                  List.of()),
              fields.find("Next", r -> r.cid("")));
        });
  }

  private static List<Bytes> jsonEntries(Bytes data) {
    List<Bytes> read = new ArrayList<>();
    for (JsonNode entry : JsonText.parse(data.toArray()).get("Entries")) {
      String text = entry.get("/").get("bytes").asText();
      read.add(Bytes.of(Base64.getDecoder().decode(text)));
    }
    return read;
  }

  private static void texts(String text) {
    Bytes encoded =
        new DagJson().text("Provider", text).texts("Addresses", List.of(text, "")).encode();
    JsonNode json = JsonText.parse(encoded.toArray());
    assertThat(json.get("Provider").asText()).isEqualTo(text);
    assertThat(json.get("Addresses").get(0).asText()).isEqualTo(text);
    assertThat(json.size()).isEqualTo(2);
  }
}
