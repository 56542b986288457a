/**
 * The server of Apache Cassandra as Maven artifacts, fetched once and kept between runs.
 * Invariant: the folder it returns holds every jar, because a fetch becomes visible by one rename; another version
 * or another list has another folder. Where the artifacts come from is what Maven's own settings on the machine say.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** 18 s and 67 MB when nothing of it is on the machine. */
const FETCH_LIMIT_MS = 600_000;

const CACHE = fileURLToPath(
  new URL("../../../node_modules/.cache/argus-cassandra", import.meta.url),
);

/** `stringtemplate` clashes with the server's own copy of it. */
const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>argus</groupId>
  <artifactId>cassandra-for-tests</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.cassandra</groupId>
      <artifactId>cassandra-all</artifactId>
      <version>5.0.9</version>
      <exclusions>
        <exclusion><groupId>org.antlr</groupId><artifactId>stringtemplate</artifactId></exclusion>
      </exclusions>
    </dependency>
  </dependencies>
  <build>
    <plugins>
      <plugin>
        <groupId>org.apache.maven.plugins</groupId>
        <artifactId>maven-dependency-plugin</artifactId>
        <version>3.6.1</version>
        <configuration><includeScope>runtime</includeScope></configuration>
      </plugin>
    </plugins>
  </build>
</project>
`;

/** @returns the folder with the jars; throws with what Maven said when they cannot be had. */
export function serverJars(): string {
  const name = createHash("sha256").update(POM).digest("hex").slice(0, 16);
  const lib = join(CACHE, name);
  if (existsSync(lib)) return lib;
  const build = join(CACHE, `${name}.${process.pid}`);
  rmSync(build, { recursive: true, force: true });
  mkdirSync(build, { recursive: true });
  try {
    writeFileSync(join(build, "pom.xml"), POM);
    const fetched = join(build, "lib");
    const args = ["-q", "-B", "dependency:copy-dependencies", `-DoutputDirectory=${fetched}`];
    const maven = spawnSync("mvn", args, { cwd: build, encoding: "utf8", timeout: FETCH_LIMIT_MS });
    if (maven.error !== undefined) throw new Error(`Maven: ${maven.error.message}`);
    if (maven.status !== 0) throw new Error(`Maven: ${`${maven.stdout}${maven.stderr}`.trim()}`);
    try {
      renameSync(fetched, lib);
    } catch (error) {
      // Another run was quicker: its folder is as good.
      if (!existsSync(lib)) throw error;
    }
    return lib;
  } finally {
    rmSync(build, { recursive: true, force: true });
  }
}
