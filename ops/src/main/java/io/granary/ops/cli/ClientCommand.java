package io.granary.ops.cli;

import picocli.CommandLine.Command;

/** {@code granary client}: the data owner's side, which needs no node of ours. */
@Command(
    name = "client",
    description = {
      "Store data with any storage provider and fetch it back.",
      "Needs a chain node, and no cluster of ours. Keys, deals and the data being served lie in"
          + " the client's folder."
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      ClientKeyCommand.class,
      ClientRecipientCommand.class,
      ClientFundCommand.class,
      ClientAskCommand.class,
      ClientStoreCommand.class,
      ClientDealsCommand.Resume.class,
      ClientDealsCommand.Status.class,
      ClientDealsCommand.Listing.class,
      ClientRetrieveCommand.class
    })
final class ClientCommand {}
