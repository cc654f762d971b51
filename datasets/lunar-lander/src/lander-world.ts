import { Box, Circle, Edge, Polygon, RevoluteJoint, World, type Body } from 'planck';
import { LEG_DROP, PAD_HEIGHT, PIXELS_PER_METRE, WORLD, terrainLine, type Point } from './geometry.ts';

/** Names of the numbers of a {@link LanderState}, in order; those of the environment's observation. */
export const STATE_FIELDS = [
  'x',
  'y',
  'velocityX',
  'velocityY',
  'angle',
  'angularVelocity',
  'leftLegContact',
  'rightLegContact',
] as const;

/** What the four discrete actions fire. */
export const ACTIONS = ['nothing', 'left engine', 'main engine', 'right engine'] as const;

const STEPS_PER_SECOND = 50;
const VELOCITY_ITERATIONS = 6 * 30;
const POSITION_ITERATIONS = 2 * 30;
const GRAVITY = -10;

const MAIN_ENGINE_POWER = 13;
const SIDE_ENGINE_POWER = 0.6;
const MAIN_ENGINE_BELOW = 4 / PIXELS_PER_METRE;
const SIDE_ENGINE_AWAY = 12 / PIXELS_PER_METRE;
const SIDE_ENGINE_ABOVE = 14 / PIXELS_PER_METRE;
/** The environment shifts the side engines by 17 along x and by 14 along y, which makes their torque depend on the angle. */
const SIDE_ENGINE_SHIFT_X = 17 / PIXELS_PER_METRE;

const HULL = [
  [-14, 17],
  [-17, 0],
  [-17, -10],
  [17, -10],
  [17, 0],
  [14, 17],
].map(([x, y]) => ({ x: x! / PIXELS_PER_METRE, y: y! / PIXELS_PER_METRE }));
const LEG_AWAY = 20 / PIXELS_PER_METRE;
const LEG_HALF_SIZE = { x: 2 / PIXELS_PER_METRE, y: 8 / PIXELS_PER_METRE };
const LEG_ANGLE = 0.05;
const LEG_TORQUE = 40;
const LEG_CORNERS = [
  [-1, -1],
  [1, -1],
  [1, 1],
  [-1, 1],
].map(([x, y]) => ({ x: x! * LEG_HALF_SIZE.x, y: y! * LEG_HALF_SIZE.y }));

/** Radius of an exhaust particle, metres. */
export const PARTICLE_RADIUS = 2 / PIXELS_PER_METRE;

/** Collision categories: everything meets the ground (category 1, the default) and nothing else. */
const CATEGORY = { ground: 0x0001, lander: 0x0010, leg: 0x0020, particle: 0x0100 } as const;

/** Exhaust: a decoration without influence on the lander, drawn for a few frames. */
interface Particle {
  readonly body: Body;
  /** Remaining life; a drawn frame takes {@link LIFE_PER_FRAME} of it. */
  life: number;
}

const LIFE_PER_FRAME = 0.15;

/** What the renderer needs to know of a particle. */
export interface VisibleParticle extends Point {
  readonly life: number;
}

/** What an episode starts from. */
export interface EpisodeStart {
  /** 12 terrain heights, metres. */
  readonly heights: readonly number[];
  /** Force on the lander's centre during the first step, newtons. */
  readonly initialForce: readonly [number, number];
}

/**
 * Physics of one LunarLander episode on `planck`, the JavaScript port of Box2D 2.3, the version that the environment of
 * the field uses. Bodies and joints are created in the environment's order, on which the solver's result depends.
 */
export class LanderWorld {
  readonly terrain: readonly Point[];
  readonly #world: World;
  readonly #hull: Body;
  readonly #legs: readonly Body[];
  readonly #contact: [boolean, boolean] = [false, false];
  readonly #withParticles: boolean;
  #particles: Particle[] = [];

  /** @param options.particles whether engines emit particles: needed to draw, without effect on the path */
  constructor(start: EpisodeStart, options: { readonly particles?: boolean } = {}) {
    this.#withParticles = options.particles ?? true;
    this.terrain = terrainLine(start.heights);
    this.#world = new World({ gravity: { x: 0, y: GRAVITY } });
    this.#createGround();
    this.#hull = this.#createHull();
    this.#hull.applyForceToCenter({ x: start.initialForce[0], y: start.initialForce[1] }, true);
    this.#legs = [this.#createLeg(-1), this.#createLeg(1)];
    this.#trackLegContacts();
  }

  /**
   * Advances by 1/50 s.
   * @param action 0 nothing, 1 left engine, 2 main engine, 3 right engine
   * @param dispersion the two random numbers in [-1, 1] that disturb the engine's position and direction
   */
  step(action: number, dispersion: readonly [number, number]): void {
    const across = dispersion[1] / PIXELS_PER_METRE;
    const along = dispersion[0] / PIXELS_PER_METRE;
    const angle = this.#hull.getAngle();
    const sin = Math.sin(angle);
    const cos = Math.cos(angle);
    if (action === 2) {
      const down = MAIN_ENGINE_BELOW + 2 * along;
      const offset = { x: sin * down - cos * across, y: -cos * down - sin * across };
      this.#fire(offset, offset, MAIN_ENGINE_POWER, 3.5);
    } else if (action === 1 || action === 3) {
      const side = 3 * across + (action - 2) * SIDE_ENGINE_AWAY;
      const offset = { x: sin * along - cos * side, y: -cos * along - sin * side };
      const at = { x: offset.x - sin * SIDE_ENGINE_SHIFT_X, y: offset.y + cos * SIDE_ENGINE_ABOVE };
      this.#fire(offset, at, SIDE_ENGINE_POWER, 0.7);
    }
    this.#world.step(1 / STEPS_PER_SECOND, VELOCITY_ITERATIONS, POSITION_ITERATIONS);
  }

  /** The environment's observation: 8 numbers named by {@link STATE_FIELDS}. */
  state(): number[] {
    const position = this.#hull.getPosition();
    const velocity = this.#hull.getLinearVelocity();
    return [
      (position.x - WORLD.width / 2) / (WORLD.width / 2),
      (position.y - (PAD_HEIGHT + LEG_DROP)) / (WORLD.height / 2),
      (velocity.x * (WORLD.width / 2)) / STEPS_PER_SECOND,
      (velocity.y * (WORLD.height / 2)) / STEPS_PER_SECOND,
      this.#hull.getAngle(),
      (20 * this.#hull.getAngularVelocity()) / STEPS_PER_SECOND,
      this.#contact[0] ? 1 : 0,
      this.#contact[1] ? 1 : 0,
    ];
  }

  /** Corners in metres of the hull, then of the two legs. */
  outlines(): Point[][] {
    const place = (body: Body, corners: readonly Point[]) =>
      corners.map((corner) => {
        const { x, y } = body.getWorldPoint(corner);
        return { x, y };
      });
    return [place(this.#hull, HULL), ...this.#legs.map((leg) => place(leg, LEG_CORNERS))];
  }

  /** Takes a frame's share of every particle's life and removes the ones burnt out; call once before a frame is drawn. */
  ageParticles(): void {
    for (const particle of this.#particles) particle.life -= LIFE_PER_FRAME;
    this.#removeBurntOut();
  }

  /** The particles alive, oldest first. */
  particles(): VisibleParticle[] {
    return this.#particles.map(({ body, life }) => {
      const { x, y } = body.getPosition();
      return { x, y, life };
    });
  }

  #fire(offset: Point, at: Point, power: number, particleDensity: number): void {
    const { x, y } = this.#hull.getPosition();
    const place = { x: x + at.x, y: y + at.y };
    const impulse = { x: offset.x * power, y: offset.y * power };
    if (this.#withParticles) this.#emit(place, impulse, particleDensity);
    this.#hull.applyLinearImpulse({ x: -impulse.x, y: -impulse.y }, place, true);
  }

  #emit(place: Point, impulse: Point, density: number): void {
    const body = this.#world.createDynamicBody({ position: place });
    body.createFixture({
      shape: new Circle(PARTICLE_RADIUS),
      density,
      friction: 0.1,
      restitution: 0.3,
      filterCategoryBits: CATEGORY.particle,
      filterMaskBits: CATEGORY.ground,
    });
    body.applyLinearImpulse(impulse, place, true);
    this.#particles.push({ body, life: 1 });
    this.#removeBurntOut();
  }

  #removeBurntOut(): void {
    while (this.#particles.length > 0 && this.#particles[0]!.life < 0) {
      this.#world.destroyBody(this.#particles.shift()!.body);
    }
  }

  #createGround(): void {
    const ground = this.#world.createBody();
    ground.createFixture({ shape: new Edge({ x: 0, y: 0 }, { x: WORLD.width, y: 0 }) });
    for (let i = 1; i < this.terrain.length; i++) {
      ground.createFixture({
        shape: new Edge(this.terrain[i - 1]!, this.terrain[i]!),
        density: 0,
        friction: 0.1,
      });
    }
  }

  #createHull(): Body {
    const hull = this.#world.createDynamicBody({ position: { x: WORLD.width / 2, y: WORLD.height } });
    hull.createFixture({
      shape: new Polygon(HULL),
      density: 5,
      friction: 0.1,
      restitution: 0,
      filterCategoryBits: CATEGORY.lander,
      filterMaskBits: CATEGORY.ground,
    });
    return hull;
  }

  /** @param side -1 for the first leg, 1 for the second; a motor presses it towards the limit of its joint like a spring */
  #createLeg(side: -1 | 1): Body {
    const leg = this.#world.createDynamicBody({
      position: { x: WORLD.width / 2 - side * LEG_AWAY, y: WORLD.height },
      angle: side * LEG_ANGLE,
    });
    leg.createFixture({
      shape: new Box(LEG_HALF_SIZE.x, LEG_HALF_SIZE.y),
      density: 1,
      friction: 0.2,
      restitution: 0,
      filterCategoryBits: CATEGORY.leg,
      filterMaskBits: CATEGORY.ground,
    });
    this.#world.createJoint(
      new RevoluteJoint({
        bodyA: this.#hull,
        bodyB: leg,
        localAnchorA: { x: 0, y: 0 },
        localAnchorB: { x: side * LEG_AWAY, y: LEG_DROP },
        // pybox2d, and so the environment, takes the angle between the bodies for the joint's zero; Box2D itself 0.
        referenceAngle: side * LEG_ANGLE,
        enableMotor: true,
        enableLimit: true,
        maxMotorTorque: LEG_TORQUE,
        motorSpeed: 0.3 * side,
        lowerAngle: side < 0 ? 0.9 - 0.5 : -0.9,
        upperAngle: side < 0 ? 0.9 : -0.9 + 0.5,
      }),
    );
    return leg;
  }

  #trackLegContacts(): void {
    const set = (bodies: readonly Body[], touching: boolean) => {
      this.#legs.forEach((leg, i) => {
        if (bodies.includes(leg)) this.#contact[i] = touching;
      });
    };
    this.#world.on('begin-contact', (contact) => {
      set([contact.getFixtureA().getBody(), contact.getFixtureB().getBody()], true);
    });
    this.#world.on('end-contact', (contact) => {
      set([contact.getFixtureA().getBody(), contact.getFixtureB().getBody()], false);
    });
  }
}
