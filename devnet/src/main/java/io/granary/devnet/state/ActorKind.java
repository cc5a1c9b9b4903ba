package io.granary.devnet.state;

import io.granary.protocol.cid.Cid;

/**
 * The kinds of actors on this chain with the name and code CID they have in the recorded bundle
 * (StateActorCodeCIDs, network version 29).
 */
public enum ActorKind {
  SYSTEM("system", "bafk2bzaceboflgwz425do6punhi4rdeqryc7vf7bf4cjabivzyieki5jqnc3i"),
  INIT("init", "bafk2bzacecvhl2ub56olwpxkfn466mllt4rlzcpwfjwo24m72myq4rmsmp3jm"),
  REWARD("reward", "bafk2bzaceadirgwrviw62skqu32xp4ddozk44gmkb7jh4fas6ppzg2edzpguo"),
  CRON("cron", "bafk2bzaceaj2gxrxect3osfwralk7ndhz3rzy7ybz3rlxdnqmgfjm7o47n7sm"),
  POWER("storagepower", "bafk2bzacebfp3mye2ic3gzmqfsipwci5jekkzbud5tdqb47gvwqhucd6nlnkk"),
  MARKET("storagemarket", "bafk2bzacecp7lzrz7uvvn7jhi3frgq2xbd3fc2zlk2xrrqkdcpnp4iibwkdr4"),
  VERIFIED_REGISTRY(
      "verifiedregistry", "bafk2bzacebdwdxvflbvdroevz6jwfr62jffxyi4xdrw6ezirgatqqa3sd2vbc"),
  DATACAP("datacap", "bafk2bzacedir2w4opuf2nflnrlb7cfaqgjzldgr4qdyjli775s2wpr2cp32hi"),
  ACCOUNT("account", "bafk2bzaceb7qdzbji4msh3tyi3hqylly3ao77svv2243sjzwssfxo6dzdhxmc"),
  MINER("storageminer", "bafk2bzaceaxfll3kmvqwq2bsyxpo5esfmmvdjjkuwk4ddp3rfveguri3j3or4");

  private final String actorName;
  private final String code;

  ActorKind(String actorName, String code) {
    this.actorName = actorName;
    this.code = code;
  }

  /** The name as the chain's bundle lists it. */
  public String actorName() {
    return actorName;
  }

  public Cid code() {
    return Cid.parse(code);
  }
}
