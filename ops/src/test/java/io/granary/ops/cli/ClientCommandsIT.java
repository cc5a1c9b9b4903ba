package io.granary.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.granary.ops.cli.Cli.Run;
import io.granary.protocol.actor.DealProposal;
import io.granary.protocol.deal.DealParams;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code granary client} as a data owner uses it. */
@Timeout(120)
class ClientCommandsIT {
  private static final String PASSPHRASE = "eight or more";

  @TempDir private Path folder;

  private final ClientStage stage = new ClientStage();
  private final byte[] content = new byte[400_000];

  @BeforeEach
  void prepare() throws IOException {
    new Random(11).nextBytes(content);
    Files.write(folder.resolve("photo.raw"), content);
    Files.writeString(folder.resolve("words"), PASSPHRASE + "\nmore\n");
    owner(folder.resolve("words"), "rw-------");
    assertThat(client("key", "new").code()).isZero();
  }

  @AfterEach
  void close() {
    stage.close();
  }

  private static void owner(Path file, String rights) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(rights));
  }

  private Run client(String... arguments) {
    List<String> all = new ArrayList<>(List.of("client"));
    all.addAll(List.of(arguments));
    all.addAll(
        List.of(
            "--home",
            folder.resolve("home").toString(),
            "--passphrase-file",
            folder.resolve("words").toString()));
    return Cli.run(all.toArray(String[]::new));
  }

  private Run withChain(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--chain", stage.chainUrl().toString()));
    return client(all.toArray(String[]::new));
  }

  private Run store(String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "store",
                folder.resolve("photo.raw").toString(),
                "--provider",
                ClientStage.MINER.toString(),
                "--poll",
                "1"));
    all.addAll(List.of(more));
    return withChain(all.toArray(String[]::new));
  }

  private static JsonNode json(Run run) throws IOException {
    assertThat(run.code()).as(run.err()).isZero();
    return new ObjectMapper().readTree(run.out());
  }

  @Test
  void asksAProvider_asTheChainNamesIt() throws IOException {
    JsonNode ask = json(withChain("ask", "f01003", "--json"));
    assertThat(ask.path("minPieceBytes").asLong()).isEqualTo(256);
    assertThat(ask.path("signatureChecked").asBoolean()).isTrue();
    assertThat(withChain("ask", "t01003").out()).contains("of the miner's worker");
    Run wrong = withChain("ask", "f1abc");
    assertThat(wrong.code()).isEqualTo(1);
    assertThat(wrong.err()).contains("f01000").doesNotContain("\tat ");
  }

  @Test
  void storesFollowsAndFetchesBack() throws IOException {
    Run stored = store();
    assertThat(stored.code()).as(stored.err()).isZero();
    assertThat(stored.out()).contains("accepted").contains("active (AddedPiece)");
    DealParams taken = stage.deals().values().iterator().next();
    DealProposal proposal = taken.proposal().orElseThrow().proposal();
    assertThat(proposal.providerCollateral().toString()).isEqualTo("1200");
    assertThat(proposal.duration()).isEqualTo(518_400);

    String id = taken.id().toString();
    assertThat(client("list").out()).contains(id).contains("active").contains("photo.raw");
    JsonNode status = json(withChain("status", id, "--json"));
    assertThat(status.path("stage").asText()).isEqualTo("active");
    assertThat(status.path("said").asText()).contains("is active on chain since epoch");
    for (String way : new String[] {"ipfs", "piece"}) {
      Path out = folder.resolve("again-" + way);
      Run fetched = withChain("retrieve", id, "-o", out.toString(), "--by", way);
      assertThat(fetched.code()).as(fetched.err()).isZero();
      assertThat(out).hasBinaryContent(content);
    }
    Run again = withChain("retrieve", id, "-o", folder.resolve("again-ipfs").toString());
    assertThat(again.code()).isEqualTo(1);
    assertThat(again.err()).contains("exists already");
  }

  @Test
  void leavesTheMachineEncrypted_whenARecipientIsNamed() throws IOException {
    String recipient = client("recipient", "new").out().strip();
    Run stored = store("--encrypt-for", recipient, "--json");
    JsonNode deal = json(stored);
    assertThat(deal.path("recipient").asText()).isEqualTo(recipient);
    String seen =
        new String(stage.cars().get(deal.path("root").asText()), StandardCharsets.ISO_8859_1);
    assertThat(seen)
        .contains("GRNSEAL1")
        .doesNotContain(new String(content, 5000, 40, StandardCharsets.ISO_8859_1));
    Path out = folder.resolve("opened");
    Run fetched = withChain("retrieve", deal.path("deal").asText(), "-o", out.toString());
    assertThat(fetched.code()).as(fetched.err()).isZero();
    assertThat(out).hasBinaryContent(content);
  }

  @Test
  void goesOn_whenItWasStoppedAfterTheAnswer() throws IOException {
    JsonNode deal = json(store("--until", "answered", "--json"));
    assertThat(deal.path("stage").asText()).isEqualTo("accepted");
    Run resumed = withChain("resume", deal.path("deal").asText(), "--poll", "1");
    assertThat(resumed.code()).as(resumed.err()).isZero();
    assertThat(resumed.out()).contains("active (AddedPiece)");
    assertThat(stage.cars()).hasSize(1);
  }

  @Test
  void oneLine_whenSomethingIsWrong() throws IOException {
    Files.writeString(folder.resolve("words"), "something else\n");
    Run wrong = store();
    assertThat(wrong.code()).isEqualTo(1);
    assertThat(wrong.err()).contains("wrong passphrase").doesNotContain("\tat ");
    Files.writeString(folder.resolve("words"), PASSPHRASE);
    owner(folder.resolve("home/client.key"), "rw-r--r--");
    assertThat(store().err()).contains("chmod 600").doesNotContain("\tat ");
    owner(folder.resolve("home/client.key"), "rw-------");
    owner(folder.resolve("words"), "rw-r--r--");
    assertThat(store().err()).contains("chmod 600");
    owner(folder.resolve("words"), "rw-------");
    assertThat(store("--price", "5000000").err()).contains("escrow");
    assertThat(withChain("status", "1-2").err()).contains("UUID").doesNotContain("\tat ");
    assertThat(client("key", "new").err()).contains("never replaced");
    assertThat(stage.deals()).isEmpty();
    assertThat(client("list", "--json").out().strip()).isEqualTo("[ ]");
  }
}
